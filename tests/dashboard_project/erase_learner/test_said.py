"""The command, its exit and the audit say what happened, and never to whom."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import Settings

from courses.models import AuditEntry, Institution, Learner, Section
from oracles.contract import TenantId
from tests.builders import make_user
from tests.dashboard_project.erase_learner.zoe import EXTERNAL, MARKS, NAME, erase, give_up
from tests.dashboard_project.stored_text import holding

pytestmark = [pytest.mark.django_db, pytest.mark.proves("I9", "UX-28")]


def test_the_audit_says_that_it_happened_and_not_to_whom(mine: TenantId) -> None:
    erase()

    entry = AuditEntry.objects.for_tenant(mine).get()
    assert (entry.action, entry.actor, entry.details["rows"]["courses_learningevent"]) == ("erasure", "command", 3)
    assert not any(mark in json.dumps(entry.details) for mark in MARKS)


def test_a_second_run_has_nothing_to_erase_and_writes_nothing(mine: TenantId) -> None:
    erase()

    again = erase()

    assert (again["code"], again["rows"]) == ("nothing_to_erase", {})
    assert again["erased_before"]
    assert AuditEntry.objects.for_tenant(mine).count() == 1


def test_a_second_run_takes_what_was_given_up_in_the_meantime(mine: TenantId) -> None:
    erase()
    give_up(mine, 600, EXTERNAL)

    again = erase()

    assert (again["code"], again["rows"]) == ("erased", {"ingest_deadletter": 1})
    assert holding(*MARKS) == []


def test_an_unknown_learner_is_one_clear_error(mine: TenantId) -> None:
    with pytest.raises(CommandError, match="'lakeside': nobody of this id is known here"):
        erase(learner="nobody-7")


def test_an_unknown_institution_is_one_clear_error(db: None) -> None:
    with pytest.raises(CommandError, match="no institution 'nowhere'"):
        call_command("erase_learner", institution="nowhere", learner=EXTERNAL)


def test_a_dry_run_says_the_same_and_changes_nothing(mine: TenantId) -> None:
    give_up(mine, 500, EXTERNAL)
    before = holding(*MARKS)

    dry = erase("--dry-run")

    assert dry["code"] == "would_erase"
    assert holding(*MARKS) == before
    assert not AuditEntry.objects.for_tenant(mine).exists()
    assert erase()["rows"] == dry["rows"]


def test_a_text_that_still_mentions_the_person_is_named_and_the_command_fails(mine: TenantId) -> None:
    Section.objects.for_tenant(mine).update(credit=f"Collected with {NAME}.")

    with pytest.raises(CommandError, match=r"have to be looked at: 1 courses_section$") as refused:
        erase()

    assert refused.value.returncode == 3
    assert not Learner.objects.for_tenant(mine).filter(external_id=EXTERNAL).exists()


def test_an_account_of_the_same_name_is_pointed_out(mine: TenantId, institution: Institution) -> None:
    make_user(EXTERNAL, institution)

    with pytest.raises(CommandError, match="1 auth_user"):
        erase()

    assert User.objects.filter(username=EXTERNAL).exists()


def test_a_shared_server_that_is_away_is_said_and_the_rows_are_gone(mine: TenantId, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/at/all"

    with pytest.raises(CommandError, match="erased from the database, but the shared server") as refused:
        erase()

    assert refused.value.returncode == 3
    assert holding(*MARKS) == []

"""erase_learner: nothing of the person is left, everybody else's numbers stand, and it is known that it happened."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import ForeignKey
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from coordinator.writes.contract import Rejection
from coordinator.writes.ports import DeadLetter as GivenUp
from courses import models
from courses.erasure import erasing, pointers
from courses.models import AuditEntry, Institution, Learner, Section, SectionStamp
from courses.tenancy import TenantOwned
from ingest.dead_letters import Lost, keep
from ingest.last_resorts import spool
from ingest.models import DeadLetter
from ingest.placing import Placed
from ingest.records import EnrollmentRecord, EventRecord
from ingest.rollups import differences
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.builders import make_user
from tests.dashboard_project.stored_text import holding
from tests.ingest.records import SECTION, START, answer, event

pytestmark = [pytest.mark.django_db, pytest.mark.proves("I9", "UX-28")]

EXTERNAL, NAME, EMAIL = "zk-88417", "Zoë Quillfeather", "zoe.quill@learners.example"
MARKS = (EXTERNAL, NAME, EMAIL)
WITH_ZOE = replace(SECTION, enrollments=(*SECTION.enrollments, EnrollmentRecord(EXTERNAL, NAME, EMAIL)))


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@pytest.fixture
def mine(institution: Institution) -> TenantId:
    """A section with two learners who did the same things, one of whom wants to be forgotten."""
    tenant = TenantId(institution.pk)
    section = _section(tenant)
    EventSink(tenant, section).write([*_told(0, "s1"), *_told(100, EXTERNAL)])
    now = timezone.now()
    models.ConcernNote.objects.for_tenant(tenant).create(
        section=section,
        learner=Learner.objects.for_tenant(tenant).get(external_id=EXTERNAL),
        at=now,
        until=now,
        actor="user-1",
    )
    return tenant


def _section(tenant: TenantId) -> Section:
    return Section.objects.for_tenant(tenant).get(pk=write_section(tenant, WITH_ZOE).section_id)


def _told(shift: int, learner: str) -> list[EventRecord]:
    return [event(shift + 1, learner), _right(shift + 2, learner), _wrong(shift + 3, learner)]


def _right(number: int, learner: str) -> EventRecord:
    return answer(number, learner=learner, success=True)


def _wrong(number: int, learner: str) -> EventRecord:
    return answer(number, "carry", learner=learner, success=False)


def give_up(tenant: TenantId, number: int, learner: str, detail: str = "no such page", **result: str) -> None:
    section = Section.objects.for_tenant(tenant).get()
    lost = Lost(event(number, learner, page="gone", result=result), Rejection(0, "unknown_page", detail))
    keep(tenant, section.pk, [lost], START)


def erase(*more: str, learner: str = EXTERNAL) -> dict[str, object]:
    out = StringIO()
    call_command("erase_learner", "--institution", "lakeside", "--learner", learner, "--json", *more, stdout=out)
    assert not any(mark in out.getvalue() for mark in MARKS)
    return dict(json.loads(out.getvalue()))


def test_no_byte_of_name_id_or_address_is_left_in_any_table(mine: TenantId) -> None:
    give_up(mine, 500, EXTERNAL)
    give_up(mine, 501, "s1", detail=f"no learner {EXTERNAL!r} here", helped_by=NAME, at=EMAIL)
    assert holding(*MARKS) == [
        "courses_learner.email",
        "courses_learner.external_id",
        "courses_learner.name",
        "ingest_deadletter.detail",
        "ingest_deadletter.payload",
    ]

    erase()

    assert holding(*MARKS) == []


def test_it_says_what_was_erased_by_table(mine: TenantId) -> None:
    give_up(mine, 500, EXTERNAL)

    said = erase()

    assert said["code"] == "erased"
    assert said["sections"] == 1
    assert said["left"] == {}
    assert said["rows"] == {
        "courses_activityattempt": 2,
        "courses_concernnote": 1,
        "courses_enrollment": 1,
        "courses_learner": 1,
        "courses_learneractivity": 1,
        "courses_learningevent": 3,
        "courses_objectiveevidence": 2,
        "courses_pageprogress": 2,
        "ingest_deadletter": 1,
    }


def test_rollups_still_say_what_the_events_say_and_nobody_elses_rows_went(mine: TenantId) -> None:
    tables = (models.LearningEvent, models.PageProgress, models.ActivityAttempt, models.LearnerActivity)
    theirs = {table: table.objects.for_tenant(mine).filter(learner__external_id="s1").count() for table in tables}

    erase()

    assert differences(mine, Section.objects.for_tenant(mine).get().pk) == []
    assert {table: table.objects.for_tenant(mine).count() for table in tables} == theirs


def test_stamps_move_so_that_open_dashboards_let_go_of_the_name(
    mine: TenantId, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = SectionStamp.objects.for_tenant(mine).get()
    connection.run_on_commit.clear()  # the set-up told of the section, too, and would be told once for both

    with django_capture_on_commit_callbacks() as told:
        erase()

    after = SectionStamp.objects.for_tenant(mine).get()
    moved = ("roster", "progress", "evidence", "scores")
    assert [getattr(after, name) - getattr(before, name) for name in moved] == [1, 1, 1, 1]
    assert after.names_from == after.roster
    assert len(told) == 1


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


def test_somebody_of_whom_there_are_only_dead_letters_can_be_erased(mine: TenantId) -> None:
    give_up(mine, 500, "ghost-31337")

    said = erase(learner="ghost-31337")

    assert said["rows"] == {"ingest_deadletter": 1}
    assert holding("ghost-31337") == []


def test_a_dry_run_says_the_same_and_changes_nothing(mine: TenantId) -> None:
    give_up(mine, 500, EXTERNAL)
    before = holding(*MARKS)

    dry = erase("--dry-run")

    assert dry["code"] == "would_erase"
    assert holding(*MARKS) == before
    assert not AuditEntry.objects.for_tenant(mine).exists()
    assert erase()["rows"] == dry["rows"]


def test_the_spool_lets_go_of_the_person_and_keeps_the_others(mine: TenantId) -> None:
    section = Section.objects.for_tenant(mine).get()
    waiting = [
        GivenUp(Placed(mine, section.pk, section.slug, event(number, learner)), str(mine), "exhausted", "gave up")
        for number, learner in ((700, "s1"), (701, EXTERNAL), (702, "s2"))
    ]
    spool().keep(waiting)

    said = erase()

    assert said["rows"]["spool"] == 1  # type: ignore[index]
    assert EXTERNAL not in spool().path.read_text()
    assert spool().unload() == 2
    assert set(DeadLetter.objects.for_tenant(mine).values_list("record_key", flat=True)) == {
        str(UUID(int=700)),
        str(UUID(int=702)),
    }


def test_the_same_id_in_another_institution_stays(mine: TenantId, other_institution: Institution) -> None:
    theirs = TenantId(other_institution.pk)
    _section(theirs)
    give_up(theirs, 500, EXTERNAL)

    erase()

    assert Learner.objects.for_tenant(theirs).filter(external_id=EXTERNAL, name=NAME).exists()
    assert DeadLetter.objects.for_tenant(theirs).count() == 1


def test_letters_of_others_whose_id_only_looks_like_it_stay(mine: TenantId) -> None:
    give_up(mine, 500, f"{EXTERNAL}-b")

    erase()

    assert DeadLetter.objects.for_tenant(mine).count() == 1


def test_other_apps_do_their_part_in_the_same_transaction(mine: TenantId) -> None:
    def forget(subject: object, **_: object) -> int:
        assert connection.in_atomic_block
        return 5

    erasing.connect(forget)
    try:
        said = erase()
    finally:
        erasing.disconnect(forget)

    assert said["rows"][__name__] == 5  # type: ignore[index]


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


def test_every_table_that_points_to_learners_is_emptied_even_one_that_nobody_thought_of() -> None:
    owned = (model for model in apps.get_models() if issubclass(model, TenantOwned))
    pointing = {
        (model, field.name)
        for model in owned
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and field.related_model is Learner
    }

    assert set(pointers()) == pointing


def test_a_shared_server_that_is_away_is_said_and_the_rows_are_gone(mine: TenantId, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/at/all"

    with pytest.raises(CommandError, match="erased from the database, but the shared server") as refused:
        erase()

    assert refused.value.returncode == 3
    assert holding(*MARKS) == []

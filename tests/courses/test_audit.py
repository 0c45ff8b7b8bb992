"""Who was given what stands for two years, and nobody can change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.access import resolve_for_command
from courses.audit import Actor, Handover, NotRecorded, note_view, record
from courses.contract import DashboardContext, Role
from courses.models import AuditEntry, Institution, Section
from oracles.contract import TenantId
from tests.absent import table_away
from tests.builders import golden_section

pytestmark = pytest.mark.django_db

HANDOVER = Handover(AuditEntry.Action.EXPORT, "container:unit-1", 4, "f" * 64, "abc", {"profile": "dashboard"})
INES = Actor("user-7", "ines")


def context_of(section: Section) -> DashboardContext:
    return resolve_for_command(section.slug, None)


def entry_of(section: Section, at: datetime | None = None) -> AuditEntry:
    record(context_of(section), INES, HANDOVER, at or timezone.now())
    return AuditEntry.objects.for_tenant(TenantId(section.institution_id)).get()


@pytest.mark.proves("I8")
def test_an_entry_says_who_what_of_which_section_and_how_much(section: Section) -> None:
    moment = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

    entry = entry_of(section, moment)

    said = (entry.at, entry.actor, entry.actor_name, entry.action, entry.section, entry.scope, entry.rows)
    assert said == (moment, "user-7", "ines", "export", "algebra", "container:unit-1", 4)
    assert (entry.sha256, entry.request_id, entry.details) == ("f" * 64, "abc", {"profile": "dashboard"})


@pytest.mark.proves("I8")
def test_the_database_changes_no_entry(section: Section) -> None:
    entry = entry_of(section)

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.for_tenant(TenantId(section.institution_id)).update(rows=0)

    entry.refresh_from_db()
    assert entry.rows == 4


@pytest.mark.proves("I8")
def test_the_database_deletes_no_entry_of_the_last_two_years(section: Section) -> None:
    entry = entry_of(section, timezone.now() - timedelta(days=729))

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()


def test_an_entry_of_more_than_two_years_ago_may_go(section: Section) -> None:
    entry = entry_of(section, timezone.now() - timedelta(days=731))

    entry.delete()

    assert not AuditEntry.objects.for_tenant(TenantId(section.institution_id)).exists()


def test_an_entry_outlives_its_section(section: Section) -> None:
    entry = entry_of(section)

    section.delete()

    entry.refresh_from_db()
    assert entry.section == "algebra"


def test_an_institution_with_entries_cannot_be_deleted(institution: Institution, section: Section) -> None:
    entry_of(section)

    with pytest.raises(ProtectedError):
        institution.delete()


@pytest.mark.proves("I8")
def test_an_entry_that_the_database_does_not_take_is_said(section: Section) -> None:
    context = context_of(section)

    with table_away("courses_auditentry"), pytest.raises(NotRecorded):
        record(context, INES, HANDOVER, timezone.now())


@pytest.mark.proves("I8")
def test_a_bundle_of_a_section_is_written_down_or_not_made(section: Section, tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"

    call_command("export_bundle", section="algebra", out=out, stdout=StringIO())

    entry = AuditEntry.objects.for_tenant(TenantId(section.institution_id)).get()
    assert (entry.actor, entry.action, entry.scope, entry.rows) == ("command", "export_bundle", "course", 4)
    assert entry.sha256 == sha256(out.read_bytes()).hexdigest()


@pytest.mark.proves("I8")
def test_a_bundle_that_cannot_be_written_down_leaves_no_file(section: Section, tmp_path: Path) -> None:
    with table_away("courses_auditentry"), pytest.raises(CommandError, match="could not be written"):
        call_command("export_bundle", section="algebra", out=tmp_path / "bundle.zip", stdout=StringIO())

    assert list(tmp_path.iterdir()) == []


NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)


def viewing(section: Section, user_id: int = 7) -> DashboardContext:
    return replace(context_of(section), role=Role.INSTRUCTOR, user_id=user_id)


def views(section: Section) -> list[AuditEntry]:
    return list(AuditEntry.objects.for_tenant(TenantId(section.institution_id)).filter(action="view").order_by("pk"))


@pytest.mark.proves("I8", "UX-27")
def test_who_opens_a_section_is_written_down_once_a_day_with_how_many_learners_it_names(section: Section) -> None:
    said = [note_view(viewing(section), "ines", NINE + timedelta(hours=hours)) for hours in (0, 1, 14, 15, 38)]

    assert said == [True, False, False, True, False]
    entries = views(section)
    assert [(each.actor, each.actor_name, each.section, each.rows) for each in entries] == 2 * [
        ("user-7", "ines", "algebra", 4)
    ]
    assert [each.details["day"] for each in entries] == ["2026-11-21", "2026-11-22"]


@pytest.mark.proves("UX-27")
def test_every_person_and_every_section_has_an_entry_of_its_own(section: Section, institution: Institution) -> None:
    other = golden_section(institution, "botany")

    for each, user in ((section, 7), (section, 8), (other, 7)):
        note_view(viewing(each, user), f"user {user}", NINE)

    assert {(each.actor, each.section) for each in views(section)} == {
        ("user-7", "algebra"),
        ("user-8", "algebra"),
        ("user-7", "botany"),
    }


def test_a_day_is_one_of_the_section(section: Section) -> None:
    in_auckland = replace(viewing(section), time_zone="Pacific/Auckland")

    note_view(in_auckland, "ines", NINE + timedelta(hours=3))

    assert views(section)[0].details["day"] == "2026-11-22"


@pytest.mark.proves("UX-27", "UX-28")
def test_where_names_are_hidden_nobody_was_shown_one(section: Section) -> None:
    Institution.objects.filter(pk=section.institution_id).update(names_hidden_since=NINE)

    assert not note_view(viewing(section), "ines", NINE)
    assert views(section) == []


def test_who_is_known_to_have_been_here_costs_one_statement(
    section: Section, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    context = viewing(section)
    note_view(context, "ines", NINE)

    with django_assert_num_queries(1):
        note_view(context, "ines", NINE)


def test_two_pages_opened_at_the_same_moment_leave_one_entry(section: Section) -> None:
    """The second looked before the first had written, and writes after it."""
    context = viewing(section)
    note_view(context, "ines", NINE)
    first = views(section)[0]
    twin = AuditEntry(at=NINE, actor="user-7", action="view", rows=4, request_id=first.request_id)

    AuditEntry.objects.for_tenant(context.tenant_id).bulk_create([twin], ignore_conflicts=True)

    assert len(views(section)) == 1

"""Who was given what stands for two years, and nobody can change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from courses.access import resolve_for_command
from courses.audit import Actor, Handover, NotRecorded, record
from courses.contract import DashboardContext
from courses.models import AuditEntry, Institution, Section
from oracles.contract import TenantId

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
    def refuse(*_: object) -> None:
        raise DatabaseError("the disk is full")

    context = context_of(section)

    with connection.execute_wrapper(refuse), pytest.raises(NotRecorded):
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
    def refuse(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if "courses_auditentry" in sql:
            raise DatabaseError("the disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse), pytest.raises(CommandError, match="could not be written"):
        call_command("export_bundle", section="algebra", out=tmp_path / "bundle.zip", stdout=StringIO())

    assert list(tmp_path.iterdir()) == []

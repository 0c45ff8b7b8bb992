"""purge: what is older than its setting goes, in whole; everything else stays, and what went is written down."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from coordinator.writes.contract import Rejection
from courses.models import (
    AuditEntry,
    Enrollment,
    Institution,
    KeptFacts,
    LastVisit,
    LearningEvent,
    PageProgress,
    Section,
    SectionStamp,
)
from dashboard_project.retention import in_batches
from ingest.dead_letters import Lost, keep
from ingest.models import DeadLetter
from ingest.old_events import forget_some
from ingest.rollups import differences
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.builders import make_user, stored
from tests.ingest.records import SECTION, answer, event

pytestmark = [pytest.mark.django_db, pytest.mark.proves("UX-28")]

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _defaults(settings: Settings) -> None:
    settings.FACTS_KEPT_DAYS = 90


@pytest.fixture
def mine(institution: Institution) -> TenantId:
    """A section that ended on 10 December 2026, with events of two learners."""
    tenant = TenantId(institution.pk)
    section = Section.objects.for_tenant(tenant).get(pk=write_section(tenant, SECTION).section_id)
    EventSink(tenant, section).write([event(1), answer(2, success=True), event(3, "s2")])
    return tenant


def section_of(tenant: TenantId) -> Section:
    return Section.objects.for_tenant(tenant).get()


def ended(tenant: TenantId, days_ago: int) -> None:
    Section.objects.for_tenant(tenant).update(ends_at=NOW - timedelta(days=days_ago))


def purge(*more: str) -> dict[str, int]:
    out = StringIO()
    call_command("purge", "--institution", "lakeside", "--json", *more, stdout=out)
    return dict(json.loads(out.getvalue())["institutions"]["lakeside"])


def fact(tenant: TenantId, days_ago: int) -> KeptFacts:
    at = NOW - timedelta(days=days_ago)
    return stored(
        KeptFacts,
        tenant,
        section=section_of(tenant),
        scope="course",
        config_signature="c",
        taken_at=at,
        day=at.date(),
        events=1,
        facts={},
        fingerprints={},
    )


def letter(tenant: TenantId, number: int, status: str, days_ago: int) -> None:
    at = NOW - timedelta(days=days_ago)
    keep(tenant, section_of(tenant).pk, [Lost(event(number), Rejection(0, "conflict", ""))], at)
    DeadLetter.objects.for_tenant(tenant).filter(first_failed_at=at).update(status=status)


def entry(tenant: TenantId, days_ago: int) -> AuditEntry:
    at = NOW - timedelta(days=days_ago)
    return stored(AuditEntry, tenant, at=at, actor="command", action="export", rows=1, request_id=str(days_ago))


def test_what_is_older_than_its_setting_goes_and_nothing_younger(mine: TenantId, institution: Institution) -> None:
    for days in (89, 91, 300):
        fact(mine, days)
    user = make_user("ines", institution)
    for scope, days in (("course", 10), ("container:a", 100)):
        at = NOW - timedelta(days=days)
        stored(LastVisit, mine, section=section_of(mine), user=user, scope=scope, seen_at=at)
    for number, (status, days) in enumerate((("waiting", 400), ("replayed", 95), ("discarded", 80)), 10):
        letter(mine, number, status, days)
    for days in (729, 731):
        entry(mine, days)

    gone = purge()

    assert gone == {"kept_facts": 2, "last_visits": 1, "dead_letters": 1, "audit": 1}
    assert KeptFacts.objects.for_tenant(mine).count() == 1
    assert LastVisit.objects.for_tenant(mine).get().scope == "course"
    assert set(DeadLetter.objects.for_tenant(mine).values_list("status", flat=True)) == {"waiting", "discarded"}


def test_it_is_written_down_what_went_and_a_second_run_has_nothing_to_do(mine: TenantId) -> None:
    fact(mine, 100)

    first, second = purge(), purge()

    entries = AuditEntry.objects.for_tenant(mine).filter(action="purge")
    assert [each.details["rows"] for each in entries] == [first]
    assert not any(second.values())


def test_a_dry_run_says_the_same_numbers_and_changes_nothing(mine: TenantId, settings: Settings) -> None:
    settings.EVENTS_KEPT_DAYS = 30
    ended(mine, 31)
    fact(mine, 100)
    entry(mine, 800)

    dry = purge("--dry-run")

    assert KeptFacts.objects.for_tenant(mine).count() == AuditEntry.objects.for_tenant(mine).count() == 1
    assert LearningEvent.objects.for_tenant(mine).count() == 3
    assert purge() == dry == {"events": 3, "kept_facts": 1, "last_visits": 0, "dead_letters": 0, "audit": 1}


def test_events_stay_for_ever_unless_a_setting_says_otherwise(mine: TenantId) -> None:
    ended(mine, 5_000)

    assert "events" not in purge()
    assert LearningEvent.objects.for_tenant(mine).count() == 3


def test_a_section_that_ended_long_ago_keeps_its_roster_and_numbers_that_agree(
    mine: TenantId, settings: Settings
) -> None:
    settings.EVENTS_KEPT_DAYS = 400
    before = SectionStamp.objects.for_tenant(mine).get()
    ended(mine, 401)

    gone = purge()

    assert gone["events"] == 3
    assert not LearningEvent.objects.for_tenant(mine).exists()
    assert not PageProgress.objects.for_tenant(mine).exists()
    assert Enrollment.objects.for_tenant(mine).count() == 3
    assert differences(mine, section_of(mine).pk) == []
    assert SectionStamp.objects.for_tenant(mine).get().progress > before.progress


def test_a_section_that_ended_lately_keeps_everything(mine: TenantId, settings: Settings) -> None:
    settings.EVENTS_KEPT_DAYS = 400
    ended(mine, 399)

    assert purge()["events"] == 0


def test_numbers_agree_with_events_after_every_step(mine: TenantId) -> None:
    steps = [forget_some(mine, section_of(mine).pk, most=1)]

    assert differences(mine, section_of(mine).pk) == []
    assert steps == [2]
    assert set(LearningEvent.objects.for_tenant(mine).values_list("learner__external_id", flat=True)) == {"s2"}


def test_more_rows_than_a_batch_go_too(mine: TenantId) -> None:
    for days in range(100, 105):
        fact(mine, days)

    assert in_batches(KeptFacts.objects.for_tenant(mine), size=2) == 5


def test_nothing_of_another_institution_goes(mine: TenantId, other_institution: Institution) -> None:
    theirs = TenantId(other_institution.pk)
    write_section(theirs, SECTION)
    fact(theirs, 500)

    purge()

    assert KeptFacts.objects.for_tenant(theirs).count() == 1


def test_audit_cannot_be_kept_for_less_than_the_database_allows_and_nothing_is_removed(
    mine: TenantId, settings: Settings
) -> None:
    settings.AUDIT_KEPT_DAYS = 30
    fact(mine, 100)

    with pytest.raises(CommandError, match="AUDIT_KEPT_DAYS: expected at least 730 days, got 30"):
        purge()

    assert KeptFacts.objects.for_tenant(mine).count() == 1


def test_without_an_institution_old_sign_ins_go_too(mine: TenantId) -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - timedelta(minutes=1))
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + timedelta(hours=1))
    for name, days in (("a", 31), ("b", 29)):
        attempt = AccessAttempt.objects.create(username=name, failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=NOW - timedelta(days=days))
    out = StringIO()

    call_command("purge", "--json", stdout=out)

    assert json.loads(out.getvalue())["sign_ins"] == 2
    assert (Session.objects.get().session_key, AccessAttempt.objects.get().username) == ("new", "b")


def test_an_unknown_institution_is_one_clear_error(db: None) -> None:
    with pytest.raises(CommandError, match="no institution 'nowhere'"):
        call_command("purge", institution="nowhere")


def test_the_text_form_has_a_line_an_institution(mine: TenantId) -> None:
    out = StringIO()

    call_command("purge", stdout=out)

    assert out.getvalue().splitlines() == [
        "lakeside: 0 kept_facts, 0 last_visits, 0 dead_letters, 0 audit gone",
        "sign-ins and sessions: 0 gone",
    ]

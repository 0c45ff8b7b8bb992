"""The tray as a whole: whose it is, where it is kept, and that its objects keep nothing."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from courses.models import Institution, Section
from experiences.contract import PreviewRefused, SectionContext
from experiences.hygiene_tray.issues import Issue, NoSuchIssue, Outcome
from experiences.hygiene_tray.models import TrayIssue
from experiences.hygiene_tray.service import HygieneTrayService
from experiences.hygiene_tray.states import Status
from tests import builders
from tests.absent import table_away
from tests.experiences.hygiene_tray.worlds import (
    DAY,
    IGNORE,
    START,
    World,
    issue_named,
    move_stamp,
    seen,
)

pytestmark = pytest.mark.django_db


@pytest.mark.proves("T-02")
def test_in_a_preview_nothing_is_written_and_everything_is_shown(
    missing: Issue, spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    preview = SectionContext(here.dashboard, is_preview=True)
    move_stamp(spoilt)
    world.clock.pass_time(DAY)

    looked = service.look(preview)
    refused = (
        lambda: service.change(preview, [seen(missing)], START),
        lambda: service.replay(preview, seen(missing)),
        lambda: service.undo(preview, uuid4()),
        lambda: service.reorder(preview, [], 0),
    )
    for act in refused:
        with pytest.raises(PreviewRefused):
            act()

    assert not looked
    assert service.get_tray(preview).total_open == 2
    assert issue_named(service, here, "missing_due_date") == missing


@pytest.mark.proves("O-01")
def test_without_a_context_nothing_is_answered(service: HygieneTrayService) -> None:
    nobody = None
    calls = (
        lambda: service.get_tray(nobody),  # type: ignore[arg-type]
        lambda: service.look(nobody),  # type: ignore[arg-type]
        lambda: service.change(nobody, [], START),  # type: ignore[arg-type]
        lambda: service.undo(nobody, uuid4()),  # type: ignore[arg-type]
        lambda: service.reorder(nobody, [], 0),  # type: ignore[arg-type]
        lambda: service.blocked(nobody),  # type: ignore[arg-type]
    )

    for call in calls:
        with pytest.raises(TypeError, match="SectionContext"):
            call()


@pytest.mark.proves("O-04")
def test_an_issue_cannot_point_into_another_institution(
    other_institution: Institution, missing: Issue, spoilt: Section
) -> None:
    theirs = builders.make_section(other_institution)
    values = {"detector": "feed", "fault": "x", "subject": "y", "severity": "low", "effort": "quick"}
    moments = {"first_seen_at": builders.MOMENT, "last_seen_at": builders.MOMENT}

    def point_elsewhere() -> None:
        with transaction.atomic():
            builders.stored(TrayIssue, spoilt.institution_id, section=theirs, fingerprint="f", **values, **moments)
            connection.check_constraints()  # PostgreSQL looks at the end

    with pytest.raises(IntegrityError):
        point_elsewhere()


@pytest.mark.proves("O-05")
def test_an_issue_of_another_section_is_not_there(
    missing: Issue, spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    other = builders.golden_section(spoilt.institution, "geometry")
    there = SectionContext(
        replace(here.dashboard, scope=replace(here.dashboard.scope, section_id=other.pk), section_slug="geometry")
    )

    changed = service.change(there, [seen(missing)], START)

    assert [result.outcome for result in changed.results] == [Outcome.UNKNOWN]
    with pytest.raises(NoSuchIssue):
        service.get_issue(there, missing.id)
    assert issue_named(service, here, "missing_due_date") == missing


@pytest.mark.proves("O-07")
def test_a_service_is_after_every_call_what_it_was_before(spoilt: Section, world: World, here: SectionContext) -> None:
    service = world.make()
    before = (dict(vars(service)), dict(vars(service._data)))
    issue = service.get_tray(here).issues[0]

    service.look(here, is_forced=True)
    batch = service.change(here, [seen(issue)], START).batch
    assert batch is not None
    service.undo(here, batch)
    service.reorder(here, [each.id for each in service.get_tray(here).issues], 0)
    service.blocked(here)

    assert (vars(service), vars(service._data)) == before


@pytest.mark.proves("O-08")
def test_what_one_object_wrote_another_one_reads(
    missing: Issue, world: World, service: HygieneTrayService, here: SectionContext
) -> None:
    service.change(here, [seen(missing)], IGNORE, is_confirmed=True)
    del service

    state = issue_named(world.make(), here, "missing_due_date").state

    assert (state.status, state.reason) == (Status.IGNORED, "it is a mock exam")


@pytest.mark.proves("O-10")
def test_a_memory_that_cannot_be_read_is_an_error_and_nothing_is_written(
    missing: Issue, service: HygieneTrayService, here: SectionContext
) -> None:
    with table_away("hygiene_tray_"):
        for call in (service.get_tray, service.look, service.blocked):
            with pytest.raises(DatabaseError, match="is away"):
                call(here)

    assert issue_named(service, here, "missing_due_date") == missing

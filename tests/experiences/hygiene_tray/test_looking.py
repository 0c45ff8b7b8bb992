"""The tray looks at the data: what it finds, what vanished, what returned, and what could not be read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError

from courses.models import Page, Section
from experiences.contract import SectionContext
from experiences.hygiene_tray.issues import Issue
from experiences.hygiene_tray.models import HygieneScore
from experiences.hygiene_tray.service import HygieneTrayService
from experiences.hygiene_tray.states import Status, Verb, Wish
from oracles.contract import TenantId
from tests import builders
from tests.experiences.hygiene_tray.worlds import (
    DAY,
    RESOLVE,
    REVIEW,
    World,
    changes_of,
    issue_named,
    mend_due_date,
    move_stamp,
    row_of,
    seen,
)
from tests.oracles.instructor.rows import pages_of

pytestmark = pytest.mark.django_db


@pytest.mark.proves("H-02")
def test_the_same_fault_is_the_same_issue_at_every_look(
    missing: Issue, spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    Page.objects.for_tenant(here.tenant_id).filter(key="quiz").update(title="Quiz, renamed", weight=3)
    move_stamp(spoilt)
    world.clock.pass_time(DAY)

    service.look(here)

    again = issue_named(service, here, "missing_due_date")
    assert again.id == missing.id
    assert again.title == "Quiz, renamed"
    assert (again.first_seen_at, again.last_seen_at) == (missing.first_seen_at, world.clock.now)
    assert again.version == missing.version


@pytest.mark.proves("H-01")
def test_a_look_is_skipped_where_nothing_has_moved_and_happens_again_after_an_hour(
    spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    at_once = service.look(here)
    forced = service.look(here, is_forced=True)
    world.clock.pass_time(timedelta(hours=1, seconds=1))
    later = service.look(here)
    move_stamp(spoilt)
    world.clock.pass_time(timedelta(seconds=1))
    after_a_write = service.look(here)

    # A look of the same moment brings nothing that is not there.
    assert (at_once, forced, later, after_a_write) == (False, False, True, True)


@pytest.mark.proves("H-03")
def test_what_vanished_is_resolved_and_opens_again_when_it_returns(
    missing: Issue, spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    mend_due_date(spoilt)
    world.clock.pass_time(DAY)
    service.look(here)
    gone = issue_named(service, here, "missing_due_date")
    mend_due_date(spoilt, None)
    world.clock.pass_time(DAY)
    service.look(here)
    back = issue_named(service, here, "missing_due_date")

    assert (gone.state.status, gone.state.closed_by, gone.is_detected) == (Status.RESOLVED, "detector", False)
    assert (back.id, back.state.status, back.is_detected) == (missing.id, Status.OPEN, True)
    told = changes_of(back, spoilt)
    assert [(row.verb, row.decided_by, row.actor) for row in told] == [("seen", "machine", "detector")] * 3


@pytest.mark.proves("H-03")
def test_what_was_resolved_by_hand_and_is_still_found_is_contested_and_blocks(
    missing: Issue, spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    quiz = pages_of(spoilt)["quiz"].pk
    service.change(here, [seen(missing)], RESOLVE)
    resolved, blocked_meanwhile = issue_named(service, here, "missing_due_date"), service.blocked(here).pages
    move_stamp(spoilt)
    world.clock.pass_time(DAY)
    service.look(here)
    contested = issue_named(service, here, "missing_due_date")

    assert resolved.state.status is Status.RESOLVED
    assert not resolved.state.is_contested
    assert quiz not in blocked_meanwhile
    assert contested.state.is_contested
    assert quiz in service.blocked(here).pages


@pytest.mark.proves("H-03")
def test_what_is_ignored_stays_so_until_its_time_is_over(
    missing: Issue, spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    wish = Wish(Verb.IGNORE, "until the exam is set", world.clock.now + 2 * DAY)
    service.change(here, [seen(missing)], wish, is_confirmed=True)
    found = []
    for _ in range(3):
        world.clock.pass_time(DAY)
        service.look(here)
        found.append(issue_named(service, here, "missing_due_date").state)

    assert [(state.status, state.reason) for state in found] == [
        (Status.IGNORED, "until the exam is set"), (Status.OPEN, ""), (Status.OPEN, ""),
    ]  # fmt: skip


@pytest.mark.proves("O-16")
def test_a_source_that_fails_marks_its_part_and_its_issues_stand(
    spoilt: Section, world: World, here: SectionContext
) -> None:
    def failing(_tenant: TenantId, _section: int) -> tuple[()]:
        raise DatabaseError("the letters are away")

    builders.make_event(builders.make_learner(spoilt, "Eve"), pages_of(spoilt)["quiz"])
    scores = HygieneScore.objects.for_tenant(here.tenant_id).count()
    move_stamp(spoilt)
    world.clock.pass_time(DAY)
    service = World(clock=world.clock, letters=failing).make()

    service.look(here)

    parts = {part.detector.value: part.availability.value for part in service.get_tray(here).parts}
    assert {name for name, state in parts.items() if state == "unavailable"} == {
        "unknown_references", "duplicates", "feed", "out_of_range",
    }  # fmt: skip
    assert parts["due_dates"] == "ready"
    assert service.get_tray(here).total_open == 2
    assert HygieneScore.objects.for_tenant(here.tenant_id).count() == scores


@pytest.mark.proves("O-15")
def test_the_tray_says_how_far_the_data_reaches_and_that_a_silent_feed_is_stale(
    section: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    newest = world.clock.now - 10 * DAY
    Section.objects.for_tenant(here.tenant_id).filter(pk=section.pk).update(
        starts_at=world.clock.now - 60 * DAY, ends_at=world.clock.now + 30 * DAY
    )
    section.stamp.as_of = newest
    section.stamp.save()

    service.look(here)

    tray = service.get_tray(here)
    assert (tray.as_of, tray.is_stale) == (newest, True)
    assert issue_named(service, here, "stale_feed").numbers == {"hours": 240, "target": 72}


@pytest.mark.proves("H-03")
def test_a_reviewed_issue_that_gets_worse_is_to_be_looked_at_again(
    missing: Issue, spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    loose = issue_named(service, here, "no_objective")
    service.change(here, [seen(loose)], REVIEW)
    for link in pages_of(spoilt)["unit-1-page-1"].activities.all():
        link.objective_links.all().delete()
    move_stamp(spoilt)
    world.clock.pass_time(DAY)

    service.look(here)

    worse = issue_named(service, here, "no_objective")
    assert (loose.severity, worse.severity) == ("low", "medium")
    assert not worse.state.reviewed
    assert row_of(worse, spoilt).version == worse.version

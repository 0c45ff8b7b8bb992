"""What an instructor does in the tray: find, decide, undo, order; and what nobody can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from courses.models import Institution, Page, Section
from experiences.contract import NotAllowed, PreviewRefused, SectionContext
from experiences.hygiene_tray.issues import Chosen, Issue, NoSuchBatch, NoSuchIssue, Outcome
from experiences.hygiene_tray.models import HygieneScore, TrayIssue
from experiences.hygiene_tray.service import MOST_AT_ONCE, ConfirmationRequired, HygieneTrayService, TooMany
from experiences.hygiene_tray.states import Status, Verb, Wish
from experiences.hygiene_tray.tray import Filters, Show, Sort
from oracles.contract import TenantId
from tests import builders
from tests.experiences.hygiene_tray.worlds import (
    DAY,
    EVERYTHING,
    World,
    changes_of,
    issue_named,
    make_score,
    mend_due_date,
    move_stamp,
    row_of,
    seen,
    spoil,
)
from tests.oracles.instructor.rows import pages_of

pytestmark = pytest.mark.django_db
START, RESOLVE, REVIEW, REOPEN = Wish(Verb.START), Wish(Verb.RESOLVE), Wish(Verb.REVIEW), Wish(Verb.REOPEN)
IGNORE = Wish(Verb.IGNORE, "it is a mock exam")


@pytest.fixture
def spoilt(section: Section, service: HygieneTrayService, here: SectionContext) -> Section:
    """A section with two faults, which the tray knows."""
    spoil(section)
    service.look(here)
    return section


@pytest.fixture
def missing(spoilt: Section, service: HygieneTrayService, here: SectionContext) -> Issue:
    """The quiz has no due date."""
    return issue_named(service, here, "missing_due_date")


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


@pytest.mark.proves("H-03")
@pytest.mark.parametrize(
    "wish",
    [Wish(Verb.IGNORE), Wish(Verb.IGNORE, "   "), Wish(Verb.IGNORE, "x" * 501), Wish(Verb.REOPEN)],
    ids=["no reason", "blank", "too long", "is open"],
)
def test_an_illegal_move_is_refused_and_changes_nothing(
    wish: Wish, missing: Issue, spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    changed = service.change(here, [seen(missing)], wish, is_confirmed=True)

    assert [result.outcome for result in changed.results] == [Outcome.ILLEGAL]
    assert changed.batch is None
    assert issue_named(service, here, "missing_due_date") == missing
    assert len(changes_of(missing, spoilt)) == 1


@pytest.mark.proves("O-09")
def test_of_two_changes_of_the_same_state_the_second_is_told_so(
    missing: Issue, service: HygieneTrayService, world: World, here: SectionContext, assistant: SectionContext
) -> None:
    first = service.change(assistant, [seen(missing)], START)
    second = world.make().change(here, [seen(missing)], RESOLVE)

    assert [first.results[0].outcome, second.results[0].outcome] == [Outcome.APPLIED, Outcome.CONFLICT]
    assert issue_named(service, here, "missing_due_date").state.status is Status.IN_PROGRESS


@pytest.mark.proves("H-07")
def test_one_bad_id_in_a_bulk_change_does_not_spoil_the_others(
    spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    first, second = service.get_tray(here).issues
    chosen = [seen(first), Chosen(10**9, 1), Chosen(second.id, second.version + 7), seen(second)]

    changed = service.change(here, chosen, IGNORE, is_confirmed=True)

    assert [result.outcome for result in changed.results] == [
        Outcome.APPLIED, Outcome.UNKNOWN, Outcome.CONFLICT, Outcome.APPLIED,
    ]  # fmt: skip
    told = [changes_of(issue, spoilt)[-1] for issue in (first, second)]
    assert {(row.decided_by, row.batch) for row in told} == {("human_bulk", changed.batch)}


@pytest.mark.proves("H-07")
def test_no_more_than_a_hundred_are_changed_at_once(
    missing: Issue, service: HygieneTrayService, here: SectionContext
) -> None:
    chosen = [Chosen(number, 1) for number in range(MOST_AT_ONCE + 1)]

    with pytest.raises(TooMany):
        service.change(here, chosen, START, is_confirmed=True)

    assert len(service.change(here, chosen[1:], START, is_confirmed=True).results) == MOST_AT_ONCE


@pytest.mark.proves("H-08")
def test_undo_restores_the_exact_state_of_every_issue_of_a_bulk_change(
    spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    first, second = service.get_tray(here).issues
    until = world.clock.now + 9 * DAY
    service.change(here, [seen(second)], Wish(Verb.IGNORE, "of last year", until), is_confirmed=True)
    service.change(here, [seen(first)], REVIEW)
    before = {issue.id: issue for issue in service.get_tray(here, EVERYTHING).issues}

    done = service.change(here, [seen(before[first.id])], RESOLVE)
    also = service.change(here, [seen(before[second.id])], REOPEN)
    for batch in (done.batch, also.batch):
        assert batch is not None
        assert [one.outcome for one in service.undo(here, batch).results] == [Outcome.APPLIED]

    after = {issue.id: issue for issue in service.get_tray(here, EVERYTHING).issues}
    assert {key: issue.state for key, issue in after.items()} == {key: issue.state for key, issue in before.items()}
    assert after[second.id].state.ignored_until == until
    assert {key: replace(issue, version=0) for key, issue in after.items()} == {
        key: replace(issue, version=0) for key, issue in before.items()
    }


@pytest.mark.proves("H-08")
def test_after_a_day_or_another_change_nothing_is_undone(
    missing: Issue, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    started = service.change(here, [seen(missing)], START).batch
    now = issue_named(service, here, "missing_due_date")
    service.change(here, [seen(now)], RESOLVE)
    assert started is not None

    overtaken = service.undo(here, started)
    last = service.get_tray(here).undoable[0].id
    world.clock.pass_time(timedelta(hours=24, seconds=1))
    too_late = service.undo(here, last)

    assert [result.outcome for result in overtaken.results] == [Outcome.CONFLICT]
    assert too_late.results == ()
    assert service.get_tray(here).undoable == ()
    assert issue_named(service, here, "missing_due_date").state.status is Status.RESOLVED


@pytest.mark.proves("H-08", "O-05")
def test_a_change_that_is_not_of_this_section_is_not_there_to_be_undone(
    missing: Issue, service: HygieneTrayService, here: SectionContext
) -> None:
    with pytest.raises(NoSuchBatch):
        service.undo(here, UUID(int=7))


@pytest.mark.proves("H-08")
def test_an_assistant_takes_back_their_own_changes_only(
    missing: Issue, service: HygieneTrayService, here: SectionContext, assistant: SectionContext
) -> None:
    theirs = service.change(here, [seen(missing)], START).batch
    assert theirs is not None

    refused = service.undo(assistant, theirs)

    assert refused.results == ()
    assert service.get_tray(assistant).undoable == ()
    assert issue_named(service, here, "missing_due_date").state.status is Status.IN_PROGRESS


@pytest.mark.proves("H-04")
def test_a_persons_order_is_theirs_and_what_came_since_stands_behind(
    spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext, assistant: SectionContext
) -> None:
    by_impact = [issue.id for issue in service.get_tray(here).issues]

    outcome = service.reorder(here, by_impact[::-1], 0)
    make_score(spoilt, "Ada", score=12, out_of=10)
    move_stamp(spoilt)
    world.clock.pass_time(DAY)
    service.look(here)

    mine = [issue.id for issue in service.get_tray(here, Filters(sort=Sort.MINE)).issues]
    assert outcome is Outcome.APPLIED
    assert mine[:2] == by_impact[::-1]
    assert len(mine) == 3
    assert service.get_tray(assistant, Filters(sort=Sort.MINE)).order.version == 0


@pytest.mark.proves("H-04")
def test_an_order_that_is_no_permutation_or_of_another_version_is_refused(
    spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    first, second = (issue.id for issue in service.get_tray(here).issues)
    service.reorder(here, [first, second], 0)

    refused = [
        service.reorder(here, ids, version)
        for ids, version in (
            ([first], 1),
            ([first, first], 1),
            ([first, second, 10**9], 1),
            ([second, first], 0),
            ([second, first], 9),
        )
    ]

    assert refused == [Outcome.ILLEGAL, Outcome.ILLEGAL, Outcome.ILLEGAL, Outcome.CONFLICT, Outcome.CONFLICT]
    assert service.get_tray(here).order.issues == (first, second)


@pytest.mark.proves("H-06")
def test_top_fixes_and_quick_wins_come_by_impact_and_are_not_empty(
    spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    tray = service.get_tray(here)

    impacts = [issue.impact for issue in tray.top_fixes]
    assert [issue.fault for issue in tray.top_fixes] == ["missing_due_date", "no_objective"]
    assert impacts == sorted(impacts, reverse=True)
    assert [issue.fault for issue in tray.quick_wins] == ["missing_due_date"]


@pytest.mark.proves("H-09")
def test_progress_counts_what_is_closed_or_reviewed_of_all_that_was_found(
    spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    first, second = service.get_tray(here).issues
    progress = [service.get_tray(here).progress]
    service.change(here, [seen(first)], REVIEW)
    progress.append(service.get_tray(here).progress)
    service.change(here, [seen(second)], RESOLVE)
    progress.append(service.get_tray(here).progress)

    assert [(each.handled, each.total) for each in progress] == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.proves("H-09")
def test_the_score_is_kept_once_a_day_and_rises_when_a_fault_is_mended(
    spoilt: Section, service: HygieneTrayService, world: World, here: SectionContext
) -> None:
    world.clock.pass_time(timedelta(hours=2))
    service.look(here)
    mend_due_date(spoilt)
    world.clock.pass_time(DAY)
    service.look(here)

    first, second = service.get_tray(here).scores
    assert second.day - first.day == DAY
    assert first.score is not None
    assert second.score is not None
    assert second.score > first.score
    assert HygieneScore.objects.for_tenant(here.tenant_id).count() == 2


@pytest.mark.proves("H-11")
def test_ignoring_and_whatever_is_for_several_is_not_done_before_somebody_said_yes(
    spoilt: Section, service: HygieneTrayService, here: SectionContext
) -> None:
    first, second = service.get_tray(here).issues

    for chosen, wish in (([first], IGNORE), ([first, second], START)):
        with pytest.raises(ConfirmationRequired):
            service.change(here, [seen(issue) for issue in chosen], wish)

    assert service.get_tray(here).issues == (first, second)
    assert service.change(here, [seen(first)], START).results[0].outcome is Outcome.APPLIED


@pytest.mark.proves("H-11")
def test_resolving_by_hand_what_is_critical_needs_a_yes(
    spoilt: Section, service: HygieneTrayService, here: SectionContext, missing: Issue
) -> None:
    TrayIssue.objects.for_tenant(here.tenant_id).filter(pk=missing.id).update(severity="critical")

    with pytest.raises(ConfirmationRequired):
        service.change(here, [seen(missing)], RESOLVE)

    assert service.change(here, [seen(missing)], RESOLVE, is_confirmed=True).batch is not None


@pytest.mark.proves("H-12")
def test_filters_and_orders_show_what_they_say(
    spoilt: Section, service: HygieneTrayService, here: SectionContext, missing: Issue
) -> None:
    loose = issue_named(service, here, "no_objective")
    service.change(here, [seen(loose)], RESOLVE)
    page = pages_of(spoilt)["quiz"].pk

    listed = {
        name: [issue.fault for issue in service.get_tray(here, filters).issues]
        for name, filters in {
            "open": Filters(),
            "closed": Filters(show=Show.CLOSED),
            "all": EVERYTHING,
            "kind": replace(EVERYTHING, detector=loose.detector),
            "severity": replace(EVERYTHING, severity=missing.severity),
            "page": replace(EVERYTHING, pages=frozenset({page})),
        }.items()
    }

    assert listed == {
        "open": ["missing_due_date"],
        "closed": ["no_objective"],
        "all": ["missing_due_date", "no_objective"],
        "kind": ["no_objective"],
        "severity": ["missing_due_date"],
        "page": ["missing_due_date"],
    }


@pytest.mark.proves("H-03")
def test_an_assistant_may_look_and_begin_and_decide_nothing(
    missing: Issue, service: HygieneTrayService, assistant: SectionContext
) -> None:
    for wish in (RESOLVE, IGNORE, REVIEW, REOPEN):
        with pytest.raises(NotAllowed):
            service.change(assistant, [seen(missing)], wish, is_confirmed=True)
    with pytest.raises(NotAllowed):
        service.replay(assistant, seen(missing), is_confirmed=True)

    assert service.get_tray(assistant).total_open == 2
    assert service.change(assistant, [seen(missing)], START).results[0].outcome is Outcome.APPLIED


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
    def gone(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if "hygiene_tray_" in sql:
            raise DatabaseError("the disk is gone")
        return execute(sql, *rest)

    with connection.execute_wrapper(gone):
        for call in (service.get_tray, service.look, service.blocked):
            with pytest.raises(DatabaseError, match="the disk is gone"):
                call(here)

    assert issue_named(service, here, "missing_due_date") == missing


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


@pytest.mark.proves("H-03")
def test_what_was_decided_cannot_be_rewritten(missing: Issue, spoilt: Section) -> None:
    (told,) = changes_of(missing, spoilt)
    told.actor = "somebody else"

    with pytest.raises(IntegrityError), transaction.atomic():
        told.save()


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


@pytest.mark.proves("H-06")
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

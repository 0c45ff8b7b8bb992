"""A change is taken back within a day, exactly, and by those who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from courses.models import Section
from experiences.contract import SectionContext
from experiences.hygiene_tray.issues import Issue, NoSuchBatch, Outcome
from experiences.hygiene_tray.service import HygieneTrayService
from experiences.hygiene_tray.states import Status, Verb, Wish
from tests.experiences.hygiene_tray.worlds import (
    DAY,
    EVERYTHING,
    REOPEN,
    RESOLVE,
    REVIEW,
    START,
    World,
    issue_named,
    seen,
)

pytestmark = pytest.mark.django_db


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

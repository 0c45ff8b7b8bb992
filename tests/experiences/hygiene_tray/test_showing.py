"""Orders, filters, where to begin, how far one has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from courses.models import Section
from experiences.contract import SectionContext
from experiences.hygiene_tray.issues import Issue, Outcome
from experiences.hygiene_tray.models import HygieneScore
from experiences.hygiene_tray.service import HygieneTrayService
from experiences.hygiene_tray.tray import Filters, Show, Sort
from tests.experiences.hygiene_tray.worlds import (
    DAY,
    EVERYTHING,
    RESOLVE,
    REVIEW,
    World,
    issue_named,
    make_score,
    mend_due_date,
    move_stamp,
    seen,
)
from tests.oracles.instructor.rows import pages_of

pytestmark = pytest.mark.django_db


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

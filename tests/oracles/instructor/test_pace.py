"""The pace of each learner as of a moment: equal to a plain walk through the events, and blind to what came later."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Activity, LearningEvent, Section
from ingest.rollups import recompute
from oracles.contract import TenantId
from oracles.instructor import pace
from oracles.payloads import LearnerPace, Pace
from tests.builders import make_event, make_learner
from tests.oracles.instructor.rows import NOW, context_of, learners_of, pages_of
from tests.oracles.instructor.test_trend import SEEDS, happen

pytestmark = pytest.mark.django_db


def at(section: Section, moment: datetime) -> Pace:
    """With rollups as writing keeps them."""
    recompute(TenantId(section.institution_id), section.pk)
    return pace.load(replace(context_of(section), now=moment))


def recount(section: Section, events: list[LearningEvent], moment: datetime) -> dict[int, tuple[float, float, int]]:
    """(points done, points of the last fourteen days, days with an event) by learner, in plain Python."""
    pages = {page.pk: page for page in pages_of(section).values()}
    sizes: dict[int, int] = defaultdict(int)
    for activity in Activity.objects.for_tenant(TenantId(section.institution_id)).filter(section=section):
        sizes[activity.page_id] += 1
    start = moment - timedelta(days=14)
    steps: dict[tuple[int, str, int], tuple[float, datetime]] = {}
    days: dict[int, set[int]] = defaultdict(set)
    for event in sorted(events, key=lambda e: (e.timestamp, e.sequence)):
        if event.timestamp >= moment:
            continue
        if event.timestamp >= start:
            days[event.learner_id].add((event.timestamp - start) // timedelta(days=1))
        done = (1.0, event.timestamp)
        if event.activity_id is not None and event.success is not None:
            share = (1 / sizes[event.page_id], event.timestamp)
            steps.setdefault((event.learner_id, "activity", event.activity_id), share)
        if not sizes[event.page_id] and (not pages[event.page_id].graded or event.verb in ("submitted", "scored")):
            steps.setdefault((event.learner_id, "page", event.page_id), done)
    return {
        learner.pk: (
            sum(share for (who, *_), (share, _) in steps.items() if who == learner.pk),
            sum(share for (who, *_), (share, when) in steps.items() if who == learner.pk and when >= start),
            len(days[learner.pk]),
        )
        for name, learner in learners_of(section).items()
        if name != "Gone"
    }


@pytest.mark.proves("experiences:C-01", "T-05")
@pytest.mark.parametrize("seed", SEEDS)
def test_points_and_days_are_those_of_a_plain_walk_at_any_moment(section: Section, seed: int) -> None:
    random = Random(seed)
    events = happen(section, random)

    for weeks in (0, 1, 2, 3):
        moment = NOW - timedelta(weeks=weeks)
        expected = recount(section, events, moment)
        found = {each.learner_id: each for each in at(section, moment).learners}
        assert found.keys() == expected.keys()
        for key, (done, lately, days) in expected.items():
            assert found[key].points_done == pytest.approx(done)
            assert found[key].points_lately == pytest.approx(lately)
            assert found[key].active_days == days


@pytest.mark.proves("T-05")
def test_what_happens_at_the_moment_or_later_is_not_seen(section: Section) -> None:
    ada, page = learners_of(section)["Ada"], pages_of(section)["quiz"]
    before = at(section, NOW)

    make_event(ada, page, timestamp=NOW)
    make_event(ada, page, timestamp=NOW + timedelta(days=1))

    assert at(section, NOW).learners == before.learners


def test_a_learner_without_events_has_done_nothing_and_is_there(section: Section) -> None:
    newcomer = make_learner(section, "Eva")

    found = at(section, NOW)

    assert found.learners[-1] == LearnerPace(newcomer.pk, 0, 0, 0)
    assert (found.points, found.first_event) == (7, None)


def test_the_deadline_is_the_last_due_date_else_the_end_of_the_section(section: Section) -> None:
    assert at(section, NOW).deadline is None
    section.ends_at = NOW + timedelta(days=40)
    section.save()
    assert at(section, NOW).deadline == NOW + timedelta(days=40)

    pages = pages_of(section)
    for key, days in (("unit-1-page-1", 20), ("quiz", 30)):
        pages[key].due_at = NOW + timedelta(days=days)
        pages[key].save()

    assert at(section, NOW).deadline == NOW + timedelta(days=30)


def test_another_institutions_events_are_not_counted(section: Section, outsider: object) -> None:
    theirs = Section.across_tenants.exclude(institution_id=section.institution_id).get()
    before = at(section, NOW)

    make_event(learners_of(theirs)["Ada"], pages_of(theirs)["unit-1-page-1"], timestamp=NOW - timedelta(days=1))

    assert at(section, NOW) == before


def test_it_takes_six_statements_whatever_the_class(section: Section) -> None:
    happen(section, Random(1))
    recompute(TenantId(section.institution_id), section.pk)

    with CaptureQueriesContext(connection) as captured:
        pace.load(context_of(section))

    assert len(captured) == 6

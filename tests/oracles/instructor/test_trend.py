"""Week ends as they were: equal to a plain walk through the events, whatever the order in which they were reported."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Activity, Container, Institution, Learner, LearningEvent, Page, Section
from ingest.rollups import recompute
from oracles.contract import OracleContext, Scope, TenantId
from oracles.instructor import assessments, progress_proficiency, trend
from oracles.payloads import Trend, TrendPoint
from tests.builders import golden_section, make_event, make_learner, make_page, make_section
from tests.oracles.instructor.rows import NOW, container_of, context_of, learners_of, pages_of

MONDAY = datetime(2026, 11, 9, tzinfo=UTC)
"""The end of the week before NOW."""
SEEDS = range(12)
VERBS = ["experienced", "answered", "submitted", "scored"]


def trend_of(section: Section, container: Container | None = None) -> Trend:
    """With rollups as writing keeps them."""
    recompute(TenantId(section.institution_id), section.pk)
    return trend.load(context_of(section, container))


def last(section: Section, container: Container | None = None) -> TrendPoint:
    return trend_of(section, container).points[-1]


def happen(section: Section, random: Random, count: int = 120) -> list[LearningEvent]:
    """Events of four weeks, reported in any order, many at the same moment."""
    learners = [*learners_of(section).values(), make_learner(section, "Gone", "learner", "withdrawn")]
    activities = list(Activity.objects.for_tenant(TenantId(section.institution_id)).filter(section=section))
    pages = [*pages_of(section).values(), make_page(section, "essay", 20, graded=True), make_page(section, "text", 21)]
    return [_happen(random, random.choice(learners), random.choice(pages), activities, number)
            for number in range(count)]  # fmt: skip


def _happen(random: Random, learner: Learner, page: Page, activities: list[Activity], number: int) -> LearningEvent:
    on_page = [activity for activity in activities if activity.page_id == page.pk]
    score = random.choice([None, random.randrange(11)])
    return make_event(
        learner,
        page,
        activity=random.choice([None, *on_page]),
        verb=random.choice(VERBS),
        success=random.choice([True, False, None]),
        attempts=1,
        score=score,
        out_of=None if score is None else random.choice([0, 10]),
        timestamp=NOW - timedelta(hours=12 * random.randrange(56)),
        sequence=number,
    )


def recount(section: Section, events: list[LearningEvent], until: datetime | None) -> tuple[object, ...]:
    """The values by a plain walk through the events in the order in which they happened."""
    people = {learner.pk for name, learner in learners_of(section).items() if name != "Gone"}
    pages = {page.pk: page for page in pages_of(section).values()}
    sizes: dict[int, int] = defaultdict(int)
    for activity in Activity.objects.for_tenant(TenantId(section.institution_id)).filter(section=section):
        sizes[activity.page_id] += 1
    counted = [e for e in events if e.learner_id in people and (until is None or e.timestamp < until)]
    tried: dict[tuple[int, int], tuple[int, bool]] = {}
    opened: set[tuple[int, int]] = set()
    scores: dict[int, dict[int, float | None]] = defaultdict(dict)
    for e in sorted(counted, key=lambda e: (e.timestamp, e.sequence)):
        handed_in = e.verb in ("submitted", "scored")
        if e.activity_id is not None and e.success is not None:
            tried.setdefault((e.learner_id, e.activity_id), (e.page_id, e.success))
        if not sizes[e.page_id] and (handed_in or not pages[e.page_id].graded):
            opened.add((e.learner_id, e.page_id))
        if handed_in and pages[e.page_id].graded:
            scores[e.page_id][e.learner_id] = 100 * e.score / e.out_of if e.score is not None and e.out_of else None
    share = len(opened) + sum(1 / sizes[page] for page, _ in tried.values())
    known = [[pct for pct in each.values() if pct is not None] for each in scores.values()]
    means = [fmean(each) for each in known if each]
    return (
        len(counted),
        pytest.approx(share / (len(people) * len(pages))),
        len(tried),
        sum(correct for _, correct in tried.values()),
        pytest.approx(fmean(means), abs=1e-9) if means else None,
    )


def values(point: TrendPoint) -> tuple[object, ...]:
    return (point.events, point.progress, point.first_attempts, point.first_correct, point.score_pct)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_point_is_what_a_walk_through_the_events_finds(section: Section, seed: int) -> None:
    events = happen(section, Random(seed))

    answer = trend_of(section)

    assert len(answer.points) > 4
    assert [values(point) for point in answer.points] == [
        recount(section, events, point.until) for point in answer.points
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_point_is_what_the_rollups_say(section: Section, seed: int) -> None:
    happen(section, Random(seed))
    recompute(TenantId(section.institution_id), section.pk)
    for unit in (None, container_of(section, "unit-1"), container_of(section, "unit-3")):
        standings = progress_proficiency.load(context_of(section, unit)).learners
        scored = [row.scores for row in assessments.load(context_of(section, unit)).rows if row.scores]
        means = [sum(s.percent * s.learners for s in each) / sum(s.learners for s in each) for each in scored]

        point = last(section, unit)

        assert point.progress == pytest.approx(fmean(row.progress or 0.0 for row in standings))
        assert point.first_attempts == sum(row.first_attempts for row in standings)
        assert point.first_correct == sum(row.first_correct for row in standings)
        assert point.score_pct == (pytest.approx(fmean(means), abs=1e-9) if means else None)


def test_a_late_report_changes_the_week_in_which_it_happened(section: Section) -> None:
    ada, page = learners_of(section)["Ada"], make_page(section, "text", 20)
    make_event(ada, page, timestamp=NOW)
    before = [point.progress for point in trend_of(section).points]

    make_event(ada, page, timestamp=MONDAY - timedelta(days=1))

    after = trend_of(section).points
    assert before == [pytest.approx(1 / 32)]
    assert [point.until for point in after] == [MONDAY, None]
    assert [point.progress for point in after] == [pytest.approx(1 / 32), pytest.approx(1 / 32)]


def test_what_happens_exactly_at_a_week_s_end_belongs_to_the_next(section: Section) -> None:
    ada, quiz = learners_of(section)["Ada"], pages_of(section)["quiz"]
    make_event(ada, quiz, timestamp=MONDAY - timedelta(microseconds=1))
    make_event(ada, quiz, timestamp=MONDAY)
    make_event(ada, quiz, timestamp=NOW)

    assert [point.events for point in trend_of(section).points] == [1, 3]


def test_a_resubmission_replaces_the_score_from_its_week_on(section: Section) -> None:
    ada, quiz = learners_of(section)["Ada"], pages_of(section)["quiz"]
    make_event(ada, quiz, verb="scored", score=4, out_of=10, timestamp=MONDAY - timedelta(days=1))
    make_event(ada, quiz, verb="scored", score=9, out_of=10, timestamp=NOW)

    assert [point.score_pct for point in trend_of(section).points] == [40.0, 90.0]


def test_weeks_end_at_midnight_of_the_zone_on_both_sides_of_a_clock_change() -> None:
    zone = ZoneInfo("Europe/Berlin")

    ends = trend.week_ends(datetime(2026, 11, 2, 12, tzinfo=UTC), zone)

    assert len(ends) == trend.WEEKS
    assert ends[-2:] == (datetime(2026, 10, 25, 23, tzinfo=UTC), datetime(2026, 11, 1, 23, tzinfo=UTC))
    assert ends[-3] == datetime(2026, 10, 18, 22, tzinfo=UTC)


def test_a_finished_course_shows_its_last_weeks(section: Section) -> None:
    ada, quiz = learners_of(section)["Ada"], pages_of(section)["quiz"]
    make_event(ada, quiz, timestamp=datetime(2014, 3, 5, tzinfo=UTC))
    make_event(ada, quiz, timestamp=datetime(2014, 3, 12, tzinfo=UTC))

    ends = [point.until for point in trend_of(section).points]

    assert ends == [datetime(2014, 3, 10, tzinfo=UTC), None]


def test_an_event_from_the_future_moves_no_week_and_is_in_the_last_point(section: Section) -> None:
    ada, quiz = learners_of(section)["Ada"], pages_of(section)["quiz"]
    make_event(ada, quiz, timestamp=MONDAY - timedelta(days=1))
    make_event(ada, quiz, timestamp=NOW + timedelta(days=400))

    points = trend_of(section).points

    assert [(point.until, point.events) for point in points] == [(MONDAY, 1), (None, 2)]


def test_a_section_without_events_has_one_point_of_zeros(section: Section) -> None:
    assert trend_of(section).points == (TrendPoint(None, 0, 0.0, 0, 0, None),)


def test_without_a_page_or_a_learner_progress_is_unknown(institution: Institution) -> None:
    assert last(make_section(institution)).progress is None


@pytest.mark.proves("T2")
def test_another_tenant_changes_nothing_and_is_told_nothing(section: Section, other_institution: Institution) -> None:
    happen(section, Random(1))
    before = trend_of(section)

    twin = golden_section(other_institution)
    happen(twin, Random(2))
    foreign = OracleContext(Scope(TenantId(other_institution.pk), section.pk), None, NOW)

    assert trend_of(section) == before
    assert trend.load(foreign).points == (TrendPoint(None, 0, None, 0, 0, None),)


@pytest.mark.proves("O5")
def test_statements_do_not_grow_with_the_class(section: Section) -> None:
    happen(section, Random(3), 400)

    recompute(TenantId(section.institution_id), section.pk)

    with CaptureQueriesContext(connection) as captured:
        trend.load(context_of(section))

    assert len(captured) == 6

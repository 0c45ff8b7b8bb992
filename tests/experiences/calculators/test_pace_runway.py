"""Days of slack: D − R ÷ v, or the reason why they cannot be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from experiences.calculators.levels import Confidence
from experiences.calculators.moments import NaiveTime
from experiences.calculators.pace_runway import (
    PaceRunwayCalculator,
    Runway,
    RunwayLimits,
    RunwayStatus,
    Unknown,
    Work,
)
from oracles.payloads import LearnerPace, Pace

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
STEADY = Work(points_left=10, points_done=14, days_observed=14, active_days=7)
CALCULATOR = PaceRunwayCalculator()

works = st.builds(
    Work,
    points_left=st.none() | st.floats(0, 1000),
    points_done=st.floats(0, 1000),
    days_observed=st.floats(0, 60),
    active_days=st.integers(0, 14),
)
deadlines = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def in_days(days: float) -> datetime:
    return NOW + timedelta(days=days)


@pytest.mark.proves("C-01")
@pytest.mark.parametrize(
    ("days", "slack", "status"),
    [
        (9, -1, RunwayStatus.CRITICAL),
        (10, 0, RunwayStatus.WARNING),
        (12.5, 2.5, RunwayStatus.WARNING),
        (13, 3, RunwayStatus.HEALTHY),
        (19.5, 9.5, RunwayStatus.HEALTHY),
        (20, 10, RunwayStatus.AHEAD),
    ],
)
def test_ten_points_at_a_point_a_day_take_ten_days(days: float, slack: float, status: RunwayStatus) -> None:
    runway = CALCULATOR.runway(STEADY, in_days(days), NOW)

    assert runway == Runway(status, slack, 1.0, Confidence.HIGH)


@pytest.mark.proves("C-01")
@pytest.mark.parametrize(
    ("work", "deadline", "reason"),
    [
        (replace(STEADY, points_left=None), in_days(10), Unknown.NO_REQUIREMENT),
        (STEADY, None, Unknown.NO_DEADLINE),
        (replace(STEADY, days_observed=2.9), in_days(10), Unknown.NOT_OBSERVED),
        (replace(STEADY, points_done=0), in_days(10), Unknown.NO_RECENT_WORK),
    ],
)
def test_what_cannot_be_told_is_insufficient_data_with_the_reason_and_no_number(
    work: Work, deadline: datetime | None, reason: Unknown
) -> None:
    runway = CALCULATOR.runway(work, deadline, NOW)

    assert runway == Runway(RunwayStatus.INSUFFICIENT_DATA, None, None, Confidence.NONE, reason)


@pytest.mark.proves("C-01")
def test_finished_work_needs_no_pace() -> None:
    runway = CALCULATOR.runway(Work(0, 0, 0, 0), in_days(4), NOW)

    assert (runway.status, runway.slack_days, runway.pace) == (RunwayStatus.AHEAD, 4, None)


def test_a_course_that_has_just_begun_has_the_pace_of_its_days_and_not_of_a_whole_window() -> None:
    runway = CALCULATOR.runway(Work(10, 10, 5, 5), in_days(10), NOW)

    assert (runway.pace, runway.slack_days) == (2, 5)


def test_one_busy_evening_is_spread_over_the_floor() -> None:
    runway = PaceRunwayCalculator(floor_days=1).runway(Work(10, 10, 1, 1), in_days(10), NOW)

    assert runway.pace == 10
    assert CALCULATOR.runway(Work(10, 10, 3, 1), in_days(10), NOW).pace == pytest.approx(10 / 3)


@pytest.mark.proves("C-01")
@pytest.mark.parametrize(
    ("observed", "active", "confidence"),
    [(14, 5, Confidence.HIGH), (14, 4, Confidence.MEDIUM), (10, 5, Confidence.MEDIUM), (14, 1, Confidence.LOW)],
)
def test_the_confidence_follows_from_the_days_with_work(observed: float, active: int, confidence: Confidence) -> None:
    assert CALCULATOR.runway(Work(10, 14, observed, active), in_days(30), NOW).confidence is confidence


def test_an_institution_may_set_its_own_limits() -> None:
    strict = PaceRunwayCalculator(RunwayLimits(critical=2, warning=6, healthy=20))

    assert strict.runway(STEADY, in_days(11), NOW).status is RunwayStatus.CRITICAL


@pytest.mark.proves("C-01")
def test_a_time_without_a_zone_is_an_error() -> None:
    with pytest.raises(NaiveTime):
        CALCULATOR.runway(STEADY, datetime(2026, 11, 12, 9), NOW)
    with pytest.raises(NaiveTime):
        CALCULATOR.runway(STEADY, in_days(10), datetime(2026, 11, 2, 9))


@pytest.mark.proves("C-01")
def test_the_same_instant_in_another_zone_gives_the_same_slack() -> None:
    deadline = in_days(10)

    assert CALCULATOR.runway(STEADY, deadline.astimezone(ZoneInfo("Pacific/Auckland")), NOW) == CALCULATOR.runway(
        STEADY, deadline, NOW
    )


def test_negative_points_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        CALCULATOR.runway(replace(STEADY, points_done=-1), in_days(10), NOW)


@pytest.mark.proves("C-01", "O-13")
@given(works, deadlines)
def test_a_number_stands_exactly_where_the_data_suffices(work: Work, deadline: datetime | None) -> None:
    before = replace(work)

    runway = CALCULATOR.runway(work, deadline, NOW)

    is_unknown = runway.status is RunwayStatus.INSUFFICIENT_DATA
    assert (runway.slack_days is None) == is_unknown == (runway.unknown is not None)
    assert (runway.confidence is Confidence.NONE) == is_unknown
    assert runway == CALCULATOR.runway(work, deadline, NOW)
    assert work == before


@pytest.mark.proves("C-01")
@given(works, st.floats(0, 100), st.floats(0, 100))
def test_a_later_deadline_never_leaves_less_slack(work: Work, days: float, more: float) -> None:
    early = CALCULATOR.runway(work, in_days(days), NOW)
    late = CALCULATOR.runway(work, in_days(days + more), NOW)

    assert early.unknown == late.unknown
    if early.slack_days is not None and late.slack_days is not None:
        assert late.slack_days >= early.slack_days


@pytest.mark.proves("C-01")
@given(works, st.floats(0, 100))
def test_more_work_done_never_leaves_less_slack(work: Work, more: float) -> None:
    assume(work.points_left)
    before = CALCULATOR.runway(work, in_days(10), NOW)
    after = CALCULATOR.runway(replace(work, points_done=work.points_done + more), in_days(10), NOW)

    if before.slack_days is not None and after.slack_days is not None:
        assert after.slack_days >= before.slack_days


@pytest.mark.proves("C-01")
def test_a_section_is_the_distribution_of_its_learners_and_not_their_mean() -> None:
    slacks = [-6.0, -2.0, 1.0, 5.0, 40.0]
    runways = [CALCULATOR.runway(STEADY, in_days(10 + slack), NOW) for slack in slacks]
    unknown = CALCULATOR.runway(replace(STEADY, points_done=0), in_days(10), NOW)

    section = CALCULATOR.section([*runways, unknown])

    assert section.learners == 6
    assert {status.value: count for status, count in section.counts.items()} == {
        "critical": 2, "warning": 1, "healthy": 1, "ahead": 1, "insufficient_data": 1,
    }  # fmt: skip
    assert (section.lower, section.median, section.upper) == (-2, 1, 5)
    assert section.coverage == pytest.approx(5 / 6)
    assert section.at_risk == 2


@pytest.mark.proves("C-01")
def test_a_section_that_nothing_is_known_of_has_no_median() -> None:
    section = CALCULATOR.section([])

    assert (section.median, section.coverage, section.learners) == (None, 0.0, 0)


@pytest.mark.proves("C-01")
def test_the_pace_of_a_class_becomes_its_distribution() -> None:
    pace = Pace(
        as_of=NOW,
        window_days=14,
        points=10,
        first_event=NOW - timedelta(days=30),
        deadline=in_days(10),
        learners=(
            LearnerPace(1, points_done=3, points_lately=7, active_days=6),  # 7 left at ½ a day: 14 days for 10
            LearnerPace(2, points_done=5, points_lately=14, active_days=6),  # 5 left at 1 a day
            LearnerPace(3, points_done=0.1 * 3 + 9.7, points_lately=0, active_days=0),  # done
            LearnerPace(4, points_done=2, points_lately=0, active_days=0),  # stopped
        ),
    )

    section = CALCULATOR.of_class(pace)

    assert {status.value: count for status, count in section.counts.items() if count} == {
        "critical": 1, "healthy": 1, "ahead": 1, "insufficient_data": 1,
    }  # fmt: skip
    assert section.median == 5


@pytest.mark.proves("C-01")
def test_a_scope_without_pages_or_events_has_no_slack() -> None:
    nothing = Pace(NOW, 14, 0, None, in_days(10), (LearnerPace(1, 0, 0, 0),))

    assert CALCULATOR.of_class(nothing).counts[RunwayStatus.INSUFFICIENT_DATA] == 1


@given(st.lists(works))
def test_every_learner_is_counted_once(all_work: list[Work]) -> None:
    section = CALCULATOR.section(CALCULATOR.runway(work, in_days(10), NOW) for work in all_work)

    assert sum(section.counts.values()) == section.learners == len(all_work)

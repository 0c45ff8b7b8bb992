"""The replay: each week as it was then, no week that nobody saw, no number from later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiences.calculators.moments import NaiveTime
from experiences.calculators.trend import Change, Direction, Standing, TrendCalculator, last_week_ends
from oracles.payloads import Trend, TrendPoint

CALCULATOR = TrendCalculator()
ENDS = tuple(datetime(2026, 10, day, tzinfo=UTC) for day in (5, 12, 19, 26))
NOW = datetime(2026, 10, 28, 9, tzinfo=UTC)
TREND = Trend(
    class_size=4,
    page_count=10,
    points=(
        TrendPoint(ENDS[0], 10, 0.1, 4, 3, None),
        TrendPoint(ENDS[1], 25, 0.25, 10, 5, 60.0),
        TrendPoint(ENDS[2], 25, 0.25, 10, 5, 60.0),
        TrendPoint(ENDS[3], 40, 0.5, 20, 8, 72.5),
        TrendPoint(None, 44, 0.55, 22, 9, 71.0),
    ),
)

moments = st.datetimes(datetime(2026, 9, 1), datetime(2026, 11, 30), timezones=st.just(UTC))
standings = st.lists(st.builds(Standing, moments, st.fixed_dictionaries({"progress_pct": st.floats(0, 100)})))


@pytest.mark.proves("C-04")
def test_four_weeks_replayed_by_hand() -> None:
    weeks = CALCULATOR.replay(CALCULATOR.standings(TREND, NOW), ENDS)

    assert [week.end for week in weeks] == list(ENDS)
    assert [dict(week.values) for week in weeks] == [
        {"progress_pct": 10, "score_pct": None, "first_correct_pct": 75, "events": 10},
        {"progress_pct": 25, "score_pct": 60, "first_correct_pct": 50, "events": 25},
        {"progress_pct": 25, "score_pct": 60, "first_correct_pct": 50, "events": 25},
        {"progress_pct": 50, "score_pct": 72.5, "first_correct_pct": 40, "events": 40},
    ]
    assert weeks[3].changes == (
        Change("progress_pct", 25, 50, Direction.UP),
        Change("score_pct", 60, 72.5, Direction.UP),
        Change("first_correct_pct", 50, 40, Direction.DOWN),
        Change("events", 25, 40, Direction.UP),
    )


@pytest.mark.proves("C-04")
def test_a_first_week_has_nothing_to_be_compared_with() -> None:
    (first, *_) = CALCULATOR.replay(CALCULATOR.standings(TREND, NOW), ENDS)

    assert {change.direction for change in first.changes} == {Direction.INSUFFICIENT_DATA}
    assert {change.by for change in first.changes} == {None}


@pytest.mark.proves("C-04")
def test_what_was_reported_after_the_last_week_end_is_in_no_week() -> None:
    weeks = CALCULATOR.replay(CALCULATOR.standings(TREND, NOW), ENDS)

    assert 55 not in [week.values["progress_pct"] for week in weeks]


@pytest.mark.proves("C-04")
def test_weeks_before_anything_was_known_are_left_out() -> None:
    earlier = datetime(2026, 9, 28, tzinfo=UTC)

    assert [week.end for week in CALCULATOR.replay(CALCULATOR.standings(TREND, NOW), (earlier, *ENDS))] == list(ENDS)
    assert CALCULATOR.replay([], ENDS) == ()


def test_a_move_that_the_page_could_not_show_is_none() -> None:
    assert CALCULATOR.change("score_pct", 60.0, 60.04).direction is Direction.FLAT
    assert CALCULATOR.change("score_pct", 60.0, 59.9).direction is Direction.DOWN


@pytest.mark.proves("C-04")
def test_a_time_without_a_zone_is_an_error() -> None:
    with pytest.raises(NaiveTime):
        Standing(datetime(2026, 10, 5), {})
    with pytest.raises(NaiveTime):
        CALCULATOR.replay([], [datetime(2026, 10, 5)])


@pytest.mark.proves("C-04")
@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        ("Europe/Madrid", datetime(2026, 10, 28, 9), 169),
        ("America/New_York", datetime(2026, 3, 11, 9), 167),
        ("UTC", datetime(2026, 10, 28, 9), 168),
    ],
)
def test_week_ends_are_midnights_of_the_zone_in_the_week_the_clocks_change_too(
    zone: str, now: datetime, hours: int
) -> None:
    ends = last_week_ends(now.replace(tzinfo=ZoneInfo(zone)), 2)

    local = [end.astimezone(ZoneInfo(zone)) for end in ends]
    assert [(end.weekday(), end.hour, end.minute) for end in local] == [(0, 0, 0)] * 2
    assert ends[1] - ends[0] == timedelta(hours=hours)


def test_a_monday_midnight_ends_the_week_before_it() -> None:
    monday = datetime(2026, 10, 26, tzinfo=UTC)

    assert last_week_ends(monday, 1) == (monday,)


@pytest.mark.proves("C-04", "O-13")
@given(standings, st.lists(moments, unique=True))
def test_a_week_shows_the_newest_standing_not_after_it(known: list[Standing], ends: list[datetime]) -> None:
    weeks = {week.end: week.values for week in CALCULATOR.replay(known, ends)}

    for end in ends:
        before = [standing for standing in known if standing.at <= end]
        newest = max((standing.at for standing in before), default=None)
        assert (end in weeks) == bool(before)
        if before:
            assert weeks[end] in [standing.values for standing in before if standing.at == newest]


@given(standings, st.lists(moments, unique=True), moments)
def test_knowing_more_of_later_never_changes_an_earlier_week(
    known: list[Standing], ends: list[datetime], later: datetime
) -> None:
    more = [*known, Standing(later, {"progress_pct": 0.0})]
    earlier = [end for end in ends if end < later]

    assert CALCULATOR.replay(more, earlier) == CALCULATOR.replay(known, earlier)

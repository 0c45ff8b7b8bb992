"""Weeks are the institution's own, also in the week in which the clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiences.calculators.moments import NaiveTime
from experiences.digest.calendar import is_due, period, window
from experiences.digest.config import DigestConfig, TimeWindow, Trigger

WEEKLY = DigestConfig.weekly()
MADRID, NEW_YORK, AUCKLAND = "Europe/Madrid", "America/New_York", "Pacific/Auckland"

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
zones = st.sampled_from([MADRID, NEW_YORK, AUCKLAND, "UTC", "Asia/Kolkata"])


def local(zone: str, *parts: int) -> datetime:
    year, month, day, hour = parts
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone))


@pytest.mark.proves("G-13")
@pytest.mark.parametrize(
    ("zone", "moment", "name"),
    [
        ("UTC", datetime(2026, 11, 2, tzinfo=UTC), "2026-W45"),
        (NEW_YORK, datetime(2026, 11, 2, 3, tzinfo=UTC), "2026-W44"),
        (AUCKLAND, datetime(2026, 11, 1, 12, tzinfo=UTC), "2026-W45"),
        ("UTC", datetime(2027, 1, 3, tzinfo=UTC), "2026-W53"),
    ],
)
def test_the_week_is_that_of_the_institution(zone: str, moment: datetime, name: str) -> None:
    assert period(Trigger.WEEKLY, moment, zone) == name


@pytest.mark.proves("G-13")
@pytest.mark.parametrize(
    ("zone", "at", "weekday", "due"),
    [
        (MADRID, (2026, 10, 26, 5), 0, False),
        (MADRID, (2026, 10, 26, 6), 0, True),
        (MADRID, (2026, 10, 27, 0), 0, True),
        (MADRID, (2026, 10, 28, 12), 4, False),
        (MADRID, (2026, 10, 30, 6), 4, True),
        (MADRID, (2026, 11, 1, 23), 4, True),
    ],
)
def test_a_digest_is_due_from_six_in_the_morning_of_its_day(
    zone: str, at: tuple[int, int, int, int], weekday: int, *, due: bool
) -> None:
    assert is_due(local(zone, *at), zone, weekday) is due


@pytest.mark.proves("G-13")
@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (MADRID, datetime(2026, 10, 19, 4, tzinfo=UTC), datetime(2026, 10, 26, 5, tzinfo=UTC)),
        (NEW_YORK, datetime(2026, 3, 2, 11, tzinfo=UTC), datetime(2026, 3, 9, 10, tzinfo=UTC)),
    ],
)
def test_six_in_the_morning_is_on_the_wall_before_and_after_the_clocks_change(
    zone: str, before: datetime, after: datetime
) -> None:
    for moment in (before, after):
        assert is_due(moment, zone, 0)
        assert not is_due(moment - timedelta(minutes=1), zone, 0)


@pytest.mark.proves("G-07", "G-13")
def test_without_a_digest_before_the_window_is_a_week_of_the_wall() -> None:
    now = local(MADRID, 2026, 10, 26, 7)

    told = window(WEEKLY, None, now, MADRID)

    assert told.start == local(MADRID, 2026, 10, 19, 7)
    assert told.start is not None
    assert now - told.start == timedelta(hours=169)


@pytest.mark.proves("G-07")
def test_the_window_begins_where_the_last_one_ended_however_long_ago() -> None:
    last, now = local(MADRID, 2026, 9, 1, 7), local(MADRID, 2026, 10, 26, 7)

    assert window(WEEKLY, last, now, MADRID).start == last


@pytest.mark.proves("G-07")
@given(st.lists(moments, min_size=2, max_size=8, unique=True), moments, zones)
def test_every_moment_between_the_first_and_the_last_is_in_one_window(
    sent: list[datetime], moment: datetime, zone: str
) -> None:
    windows, last = [], None
    for now in sorted(sent):
        windows.append(window(WEEKLY, last, now, zone))
        last = windows[-1].end

    holding = [each for each in windows if each.holds(moment)]
    first = windows[0].start
    assert first is not None
    assert len(holding) == (1 if first < moment <= max(sent) else 0)


@given(moments, zones)
def test_everything_has_no_beginning(now: datetime, zone: str) -> None:
    told = window(replace(WEEKLY, time_window=TimeWindow.FULL_HISTORY), None, now, zone)

    assert told.start is None
    assert told.holds(now - timedelta(days=10_000))


def test_a_time_without_a_zone_is_an_error() -> None:
    for ask in (lambda naive: period(Trigger.WEEKLY, naive, "UTC"), lambda naive: is_due(naive, "UTC", 0)):
        with pytest.raises(NaiveTime):
            ask(datetime(2026, 11, 2))

"""Which week it is where the institution is, whether its digest is due, and over which time it tells. Pure.

Days and weeks are those of the institution's wall: the week in which the clocks change has 167 or 169 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from experiences.calculators.moments import aware
from experiences.digest.config import DigestConfig, TimeWindow, Trigger

WEEK = timedelta(weeks=1)
FOUR_WEEKS = 4 * WEEK
EARLIEST_HOUR = 6
"""On the wall: nobody's digest leaves in the night before."""


@dataclass(frozen=True, slots=True)
class Window:
    """After `start` and up to `end`; `start` of `None` is everything."""

    start: datetime | None
    end: datetime

    def holds(self, moment: datetime) -> bool:
        return (self.start is None or self.start < moment) and moment <= self.end


def period(trigger: Trigger, now: datetime, zone: str) -> str:
    """The name of the period: `2026-W45`; a digest that is made once in all has the period `once`."""
    if trigger is not Trigger.WEEKLY:
        return "once"
    year, week, _ = aware(now, "now").astimezone(ZoneInfo(zone)).isocalendar()
    return f"{year}-W{week:02}"


def is_due(now: datetime, zone: str, weekday: int) -> bool:
    """From six in the morning of the weekday (0 is Monday) to the end of the week."""
    local = aware(now, "now").astimezone(ZoneInfo(zone))
    return (local.weekday(), local.hour) >= (weekday, EARLIEST_HOUR)


def window(config: DigestConfig, last: datetime | None, now: datetime, zone: str) -> Window:
    """From where the last digest ended, or as the configuration says."""
    end = aware(now, "now")
    if config.time_window is TimeWindow.FULL_HISTORY:
        return Window(None, end)
    if config.time_window is TimeWindow.LAST_4_WEEKS:
        return Window(_earlier(end, FOUR_WEEKS, zone), end)
    if config.time_window is TimeWindow.CUSTOM:
        return _custom(config, zone)
    return Window(_earlier(end, WEEK, zone) if last is None else min(last, end), end)


def _custom(config: DigestConfig, zone: str) -> Window:
    if config.custom_start is None or config.custom_end is None:
        raise ValueError("expected custom_start and custom_end")
    return Window(_midnight(config.custom_start, zone), _midnight(config.custom_end + timedelta(days=1), zone))


def _earlier(moment: datetime, by: timedelta, zone: str) -> datetime:
    """The same time on the wall, that much earlier."""
    return (moment.astimezone(ZoneInfo(zone)) - by).astimezone(UTC)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)

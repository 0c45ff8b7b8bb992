"""Times of calculators know their zone; one that does not is an error, never a guess. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

A_DAY = timedelta(days=1)


class NaiveTime(ValueError):
    """A time without a zone was handed in: the same words would mean two moments."""


def aware(moment: datetime, what: str) -> datetime:
    """The moment itself.

    Raises:
        NaiveTime: it knows no zone.
    """
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise NaiveTime(f"{what}: expected a time with a zone, got {moment.isoformat()}")
    return moment


def days_between(start: datetime, end: datetime) -> float:
    """Days from one moment to another, negative when `end` comes first; by the clock of the world, not of a wall."""
    return (aware(end, "end") - aware(start, "start")) / A_DAY

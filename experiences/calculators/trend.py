"""How a section stood at each week's end, and how far it moved: a replay, never today's numbers repeated. Pure.

A standing is what was known at a moment. The replay of some week ends takes, for each, the newest standing not after
it: numbers of later weeks cannot leak into earlier ones, and a week nobody has seen is left out, not filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from experiences.calculators.levels import INSUFFICIENT_DATA
from experiences.calculators.moments import aware
from oracles.payloads import Trend, TrendPoint

PROGRESS, SCORES, CORRECT, EVENTS = "progress_pct", "score_pct", "first_correct_pct", "events"
FLAT = 0.05
"""Half of what the page can show: smaller moves are none."""

type Values = Mapping[str, float | None]


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"
    FLAT = "flat"
    INSUFFICIENT_DATA = INSUFFICIENT_DATA


@dataclass(frozen=True, slots=True)
class Standing:
    """What was known at a moment: numbers by name, `None` for those that could not be computed."""

    at: datetime
    values: Values

    def __post_init__(self) -> None:
        aware(self.at, "at")


@dataclass(frozen=True, slots=True)
class Change:
    """From the first known value to the last."""

    name: str
    before: float | None
    after: float | None
    direction: Direction

    @property
    def by(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Week:
    """The end of a week: how things stood then, and what had changed since the week end before."""

    end: datetime
    values: Values
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class TrendCalculator:
    flat: float = FLAT

    def standings(self, trend: Trend, now: datetime) -> tuple[Standing, ...]:
        """The oracle's points as standings, percentages 0..100; its last one ("everything reported") is at `now`."""
        aware(now, "now")
        return tuple(Standing(point.until or now, _values(point)) for point in trend.points)

    def replay(self, standings: Iterable[Standing], ends: Sequence[datetime]) -> tuple[Week, ...]:
        """The week ends that something is known of, in order.

        Raises:
            NaiveTime: a moment knows no zone.
        """
        known = sorted(standings, key=lambda standing: standing.at)
        found = [(end, _as_of(known, aware(end, "end"))) for end in sorted(ends)]
        seen = [(end, standing.values) for end, standing in found if standing is not None]
        return tuple(self._week(index, seen) for index in range(len(seen)))

    def change(self, name: str, before: float | None, after: float | None) -> Change:
        """Which way, and how far; `insufficient_data` unless both are known."""
        if before is None or after is None:
            return Change(name, before, after, Direction.INSUFFICIENT_DATA)
        if abs(after - before) < self.flat:
            return Change(name, before, after, Direction.FLAT)
        return Change(name, before, after, Direction.UP if after > before else Direction.DOWN)

    def changes(self, before: Values, after: Values) -> tuple[Change, ...]:
        """One change for every name of the later values, in their order."""
        return tuple(self.change(name, before.get(name), value) for name, value in after.items())

    def _week(self, index: int, seen: Sequence[tuple[datetime, Values]]) -> Week:
        end, values = seen[index]
        before: Values = seen[index - 1][1] if index else {}
        return Week(end, values, self.changes(before, values))


def last_week_ends(now: datetime, count: int) -> tuple[datetime, ...]:
    """The last Mondays 00:00, in the zone of `now`, that are not after it; ascending, UTC.

    They are midnights of that zone's calendar: across a change of the clocks a week has 167 or 169 hours.
    """
    today = aware(now, "now").replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    monday = today - timedelta(days=today.weekday())
    return tuple((monday - timedelta(weeks=back)).astimezone(UTC) for back in reversed(range(count)))


def _as_of(known: Sequence[Standing], end: datetime) -> Standing | None:
    return next((standing for standing in reversed(known) if standing.at <= end), None)


def _values(point: TrendPoint) -> Values:
    return {
        PROGRESS: None if point.progress is None else 100 * point.progress,
        SCORES: point.score_pct,
        CORRECT: 100 * point.first_correct / point.first_attempts if point.first_attempts else None,
        EVENTS: float(point.events),
    }

"""The course of a scope, week by week: rows of numbers as they are shown, and the two lines through them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from oracles.payloads import Trend, TrendPoint
from snapshot.numbers import percent, share

WIDTH, TOP, BOTTOM, LEFT, RIGHT = 300.0, 8.0, 92.0, 24.0, 292.0
"""In SVG user units; 100 % is at the top."""


@dataclass(frozen=True, slots=True)
class TrendRow:
    """How the scope stood at the end of a week."""

    day: date | None
    """The week's Sunday; `None` = everything reported until now."""
    events: int
    progress_pct: float | None
    first_correct_pct: float | None
    """Correct first attempts of all first attempts."""
    score_pct: float | None

    @property
    def name(self) -> str:
        """For fact ids: `2026-11-08` or `now`."""
        return self.day.isoformat() if self.day else "now"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: pieces between the points that are known, and the points."""

    name: str
    pieces: tuple[str, ...]
    """Each the `points` of a polyline."""
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class TrendView:
    rows: tuple[TrendRow, ...]
    """Newest last."""
    lines: tuple[Line, ...]
    """Progress and scores; none when there is but one moment."""
    scale: tuple[tuple[int, float], ...]
    """Percent and height of each grid line."""


def trend_view(trend: Trend, zone: str) -> TrendView:
    rows = tuple(_row(point, ZoneInfo(zone)) for point in trend.points)
    known = {"progress": [row.progress_pct for row in rows], "scores": [row.score_pct for row in rows]}
    lines = tuple(_line(name, values) for name, values in known.items()) if len(rows) > 1 else ()
    return TrendView(rows, lines, tuple((level, _height(level)) for level in (0, 50, 100)))


def _row(point: TrendPoint, zone: ZoneInfo) -> TrendRow:
    return TrendRow(
        day=None if point.until is None else point.until.astimezone(zone).date() - timedelta(days=1),
        events=point.events,
        progress_pct=None if point.progress is None else percent(100 * point.progress),
        first_correct_pct=share(point.first_correct, point.first_attempts),
        score_pct=None if point.score_pct is None else percent(point.score_pct),
    )


def _line(name: str, values: Sequence[float | None]) -> Line:
    step = (RIGHT - LEFT) / (len(values) - 1)
    places = [None if value is None else (round(LEFT + index * step, 2), _height(value))
              for index, value in enumerate(values)]  # fmt: skip
    pieces = tuple(" ".join(f"{x:g},{y:g}" for x, y in piece) for piece in _pieces(places) if len(piece) > 1)
    return Line(name, pieces, tuple(place for place in places if place is not None))


def _pieces(places: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    """Runs of points that are known: a line never crosses a week of which nothing is known."""
    piece: list[tuple[float, float]] = []
    for place in places:
        if place is not None:
            piece.append(place)
            continue
        yield piece
        piece = []
    yield piece


def _height(level: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * level / 100, 2)

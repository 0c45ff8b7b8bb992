"""The plane of progress and proficiency: a dot for learners, the thresholds as lines, the groups as areas. Pure.

In SVG user units: 0..100 both ways, proficiency upwards (so `y` is 100 less it).
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from courses.contract import SupportThresholds
from snapshot.contract import StudentSupportProjection

FULL = 100
SMALLEST, LARGEST = 0.9, 4.5


@dataclass(frozen=True, slots=True)
class Area:
    """Where a group is; the rest of the plane is “on track”."""

    bucket: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    is_upright: bool
    at: int
    is_former: bool
    """A threshold in force that the draft would move."""


@dataclass(frozen=True, slots=True)
class Dot:
    """Learners with the same progress and proficiency, to the percent."""

    x: int
    y: int
    radius: float


@dataclass(frozen=True, slots=True)
class Matrix:
    areas: tuple[Area, ...]
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    unplaced: int
    """Learners without one of the two values."""


def matrix(projection: StudentSupportProjection, draft: SupportThresholds, current: SupportThresholds) -> Matrix:
    """The class on the plane, under the draft; where that differs, the current thresholds stand there too."""
    rows = [row for bucket in projection.buckets for row in bucket.learners]
    placed = Counter(
        (round(row.progress_pct), round(row.proficiency_pct))
        for row in rows
        if row.progress_pct is not None and row.proficiency_pct is not None
    )
    return Matrix(
        areas=_areas(draft),
        lines=(*_lines(draft, is_former=False), *(set(_lines(current, is_former=True)) - _same(draft))),
        dots=tuple(Dot(x, FULL - y, _radius(count)) for (x, y), count in sorted(placed.items())),
        unplaced=len(rows) - placed.total(),
    )


def _areas(thresholds: SupportThresholds) -> tuple[Area, ...]:
    low, high = thresholds.progress_low, thresholds.progress_high
    weak, strong = thresholds.proficiency_low, thresholds.proficiency_high
    return (
        Area("struggling", 0, FULL - weak, low, weak),
        Area("struggling", high, FULL - weak, FULL - high, weak),
        Area("excelling", high, 0, FULL - high, FULL - strong),
    )


def _lines(thresholds: SupportThresholds, *, is_former: bool) -> tuple[Line, ...]:
    return (
        Line(is_upright=True, at=thresholds.progress_low, is_former=is_former),
        Line(is_upright=True, at=thresholds.progress_high, is_former=is_former),
        Line(is_upright=False, at=FULL - thresholds.proficiency_low, is_former=is_former),
        Line(is_upright=False, at=FULL - thresholds.proficiency_high, is_former=is_former),
    )


def _same(thresholds: SupportThresholds) -> set[Line]:
    """The draft's lines as if they were former ones: where both are, one is drawn."""
    return set(_lines(thresholds, is_former=True))


def _radius(count: int) -> float:
    return round(min(LARGEST, SMALLEST * math.sqrt(count)), 2)

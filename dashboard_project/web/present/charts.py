"""Geometry of the charts, in SVG user units. Pure: numbers in, frozen numbers out; templates do no arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FULL = 100.0
NO_GAP = 0.999


@dataclass(frozen=True, slots=True)
class Segment:
    """One slice of a ring as an SVG path; empty for nothing."""

    path: str


def ring(counts: Sequence[int], *, radius: float = 42.0, thickness: float = 15.0) -> tuple[Segment, ...]:
    """Slices of a ring around (50, 50), clockwise from the top, proportional to `counts`."""
    total = sum(counts)
    segments: list[Segment] = []
    done = 0
    for count in counts:
        start, end = done / total if total else 0.0, (done + count) / total if total else 0.0
        segments.append(Segment(_slice(start, min(end, start + NO_GAP), radius, radius - thickness) if count else ""))
        done += count
    return tuple(segments)


def _slice(start: float, end: float, outer: float, inner: float) -> str:
    large = int(end - start > 1 / 2)
    (x0, y0), (x1, y1) = _point(start, outer), _point(end, outer)
    (x2, y2), (x3, y3) = _point(end, inner), _point(start, inner)
    return (
        f"M{x0} {y0}A{outer} {outer} 0 {large} 1 {x1} {y1}"
        f"L{x2} {y2}A{inner} {inner} 0 {large} 0 {x3} {y3}Z"
    )  # fmt: skip


def _point(share: float, radius: float) -> tuple[float, float]:
    angle = 2 * math.pi * share - math.pi / 2
    return round(50 + radius * math.cos(angle), 2), round(50 + radius * math.sin(angle), 2)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a histogram; `y` grows downwards."""

    x: float
    y: float
    width: float
    height: float
    count: int
    label_x: float
    label_y: float


LABEL = 14.0
"""Above the tallest column, so that its count fits."""


def columns(counts: Sequence[int], *, width: float, height: float, gap: float = 2.0) -> tuple[Column, ...]:
    """Columns standing on `height`, the tallest 14 units below the top so that its count fits above it."""
    return inner_columns(counts, counts, width=width, height=height, gap=gap)


def inner_columns(
    counts: Sequence[int], whole: Sequence[int], *, width: float, height: float, gap: float = 2.0
) -> tuple[Column, ...]:
    """The part that `counts` are of the columns of `whole`, on the same scale and feet."""
    tallest = max(whole, default=0)
    step = width / len(counts) if counts else width
    room = height - LABEL
    result: list[Column] = []
    for index, count in enumerate(counts):
        tall = round(room * count / tallest, 2) if tallest else 0.0
        x = round(index * step + gap / 2, 2)
        top = round(height - tall, 2)
        middle = round(x + (step - gap) / 2, 2)
        result.append(Column(x, top, round(step - gap, 2), tall, count, middle, round(top - 3, 2)))
    return tuple(result)


def share(part: float, whole: float) -> float:
    """`part` of `whole` as 0..100, for widths only: never shown as a number."""
    return round(min(FULL, max(0.0, FULL * part / whole)), 2) if whole else 0.0

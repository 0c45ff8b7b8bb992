"""How good the data of a section is, 0–100, and how much fixing one fault would help. Pure.

Five dimensions with fixed weights. A dimension's share of good checks is drawn towards the share of the whole section
(`PULL` checks' worth), and that towards `PRIOR`: so a handful of checks says little, and a dimension that cannot be
measured neither costs nor earns anything. With n checks, g of them good:

    whole     = (g + PULL · PRIOR) / (n + PULL)            over all dimensions
    dimension = (g_d + PULL · whole) / (n_d + PULL)
    score     = 100 · Σ weight · dimension

It follows: everything missing is at most 30; everything good tends to 100 as checks grow; one fault more never raises
it; one check more never moves it by more than five points; without checks there is no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from experiences.calculators.levels import Confidence, Grade, grade_of

PULL = 20.0
PRIOR = 0.3
HEAVIEST = 200.0
"""What one kind of check may weigh: ten thousand events do not drown ten due dates."""
SURE, FAIRLY_SURE = 150, 40
"""Checks from which the score is trusted."""
ENOUGH_DIMENSIONS = 3


class Dimension(StrEnum):
    COMPLETENESS = "completeness"
    ACCURACY = "accuracy"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"
    VALIDITY = "validity"


WEIGHTS: Mapping[Dimension, float] = {
    Dimension.COMPLETENESS: 0.30,
    Dimension.ACCURACY: 0.25,
    Dimension.CONSISTENCY: 0.20,
    Dimension.TIMELINESS: 0.15,
    Dimension.VALIDITY: 0.10,
}


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Effort(StrEnum):
    """How much work a fix is."""

    QUICK = "quick"
    """A click or one field."""
    SOME = "some"
    """A few minutes in the system that the data comes from."""
    LONG = "long"
    """Grading, or a talk with whoever runs the feed."""


SEVERITY_POINTS: Mapping[Severity, float] = {
    Severity.CRITICAL: 40,
    Severity.HIGH: 28,
    Severity.MEDIUM: 16,
    Severity.LOW: 6,
}


@dataclass(frozen=True, slots=True)
class Check:
    """The same question asked of `total` things, with a good answer from `good` of them."""

    dimension: Dimension
    good: float
    total: float

    def __post_init__(self) -> None:
        if not 0 <= self.good <= self.total:
            raise ValueError(f"{self.dimension}: expected 0 ≤ good ≤ total, got {self.good} of {self.total}")


@dataclass(frozen=True, slots=True)
class Quality:
    """The score and what it rests on."""

    score: float | None
    """0–100, one decimal; `None` = nothing was checked."""
    confidence: Confidence
    checks: int
    dimensions: Mapping[Dimension, float | None]
    """Percent of good checks as they are, not drawn towards anything; `None` = not measured."""

    @property
    def grade(self) -> Grade | None:
        return grade_of(self.score)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a fault reaches. Percentages 0–100; unknown is `None`."""

    severity: Severity
    learners: int
    class_size: int
    grade_share: float | None = None
    regained: float | None = None


@dataclass(frozen=True, slots=True)
class _Tally:
    good: float = 0.0
    total: float = 0.0

    def __add__(self, other: _Tally) -> _Tally:
        return _Tally(self.good + other.good, self.total + other.total)

    def drawn_to(self, share: float) -> float:
        return (self.good + PULL * share) / (self.total + PULL)


class DataQualityCalculator:
    """Scores a section's data, and the faults in it."""

    def score(self, checks: Iterable[Check]) -> Quality:
        """The quality that these checks show."""
        asked = [check for check in checks if check.total > 0]
        tallies = {dimension: _tally(asked, dimension) for dimension in Dimension}
        measured = int(sum(check.total for check in asked))
        shares = {dimension: _percent(tally) for dimension, tally in tallies.items()}
        if not asked:
            return Quality(None, Confidence.NONE, 0, shares)
        whole = sum(tallies.values(), _Tally()).drawn_to(PRIOR)
        score = 100 * sum(weight * tallies[dimension].drawn_to(whole) for dimension, weight in WEIGHTS.items())
        return Quality(round(score, 1), _confidence(measured, shares), measured, shares)

    def impact(self, reach: Reach) -> float:
        """How much is gained by fixing this, 0–100: severity 40, learners 30, share of the grade 20, evidence 10."""
        class_share = min(reach.learners / reach.class_size, 1.0) if reach.class_size else 0.0
        grade, regained = (reach.grade_share or 0.0) / 100, (reach.regained or 0.0) / 100
        points = SEVERITY_POINTS[reach.severity] + 30 * class_share + 20 * min(grade, 1.0) + 10 * min(regained, 1.0)
        return round(points, 1)


def _tally(checks: Iterable[Check], dimension: Dimension) -> _Tally:
    return sum((_weighed(check) for check in checks if check.dimension is dimension), _Tally())


def _weighed(check: Check) -> _Tally:
    scale = min(1.0, HEAVIEST / check.total)
    return _Tally(check.good * scale, check.total * scale)


def _percent(tally: _Tally) -> float | None:
    return round(100 * tally.good / tally.total, 1) if tally.total else None


def _confidence(measured: int, shares: Mapping[Dimension, float | None]) -> Confidence:
    dimensions = sum(share is not None for share in shares.values())
    if measured < FAIRLY_SURE or dimensions < ENOUGH_DIMENSIONS:
        return Confidence.LOW
    return Confidence.HIGH if measured >= SURE else Confidence.MEDIUM

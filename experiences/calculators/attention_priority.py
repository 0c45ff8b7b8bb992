"""Who and what should be looked at first: a score 0..100 with the factors it is made of. Pure.

Learners: stake 5..30 by the share of the grade that is overdue; (100 − on-time %) ÷ 4; recency 5..25 by days without
activity; (100 − proficiency %) ÷ 5. That sums to 100. Items: the due date and their share of the grade. An input that
is missing lowers the coverage and leaves the scale; it never becomes a number (C-02).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from experiences.calculators.levels import Level, level_of
from experiences.calculators.moments import aware, days_between

STAKE = ((20.0, 30.0), (10.0, 20.0), (2.0, 10.0))
"""Points for more than so many percent of the grade overdue; `STAKE_LEAST` below them all."""
STAKE_LEAST = 5.0
RECENCY = ((28.0, 25.0), (21.0, 20.0), (14.0, 15.0), (7.0, 10.0))
"""Points for more than so many days without activity."""
RECENCY_LEAST = 5.0
PROMPTNESS_MOST, PROFICIENCY_MOST = 25.0, 20.0
ENOUGH_COVERAGE = 0.5
"""Below this there is no score: half of what should be known would be a guess about the rest."""

OVERDUE, OVERDUE_DAILY = 30.0, 1.5
SOON = ((7.0, 20.0), (14.0, 10.0))
"""Points for being due within so many days."""
WEIGHT = ((20.0, 10.0), (10.0, 5.0))
"""Points for more than so many percent of the grade."""
DUE_COVERAGE, WEIGHT_COVERAGE = 0.75, 0.25
MOST = 100.0


@dataclass(frozen=True, slots=True)
class LearnerInputs:
    """What is known of one learner; `None` is unknown."""

    overdue_share_pct: float | None = None
    """Share of the grade that is due and not handed in."""
    on_time_pct: float | None = None
    proficiency_pct: float | None = None
    last_activity: datetime | None = None
    known_since: datetime | None = None
    """Since when somebody who was never active could have been (the section's start)."""


@dataclass(frozen=True, slots=True)
class ItemInputs:
    """What is known of one graded item."""

    due_at: datetime | None = None
    share_pct: float | None = None
    """Of the grade."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One summand: its points out of the most it could have."""

    code: str
    points: float
    most: float


@dataclass(frozen=True, slots=True)
class Attention:
    """`score` and `level` are unknown where too little is known."""

    score: float | None
    level: Level | None
    factors: tuple[Factor, ...]
    coverage: float
    """Share 0..1 of the scale that is known."""


@dataclass(frozen=True, slots=True)
class AttentionPriorityCalculator:
    enough_coverage: float = ENOUGH_COVERAGE

    def learner(self, learner: LearnerInputs, now: datetime) -> Attention:
        """How soon somebody should look at this learner.

        Raises:
            NaiveTime: a moment knows no zone.
            ValueError: a percentage is outside 0..100.
        """
        factors = tuple(_learner_factors(learner, aware(now, "now")))
        known = sum(factor.most for factor in factors)
        coverage = known / MOST
        if coverage < self.enough_coverage:
            return Attention(None, None, factors, coverage)
        score = MOST * sum(factor.points for factor in factors) / known
        return Attention(score, level_of(score), factors, coverage)

    def item(self, item: ItemInputs, now: datetime) -> Attention:
        """How urgent this item is; raises as `learner` does."""
        factors = tuple(_item_factors(item, aware(now, "now")))
        coverage = DUE_COVERAGE * (item.due_at is not None) + WEIGHT_COVERAGE * (item.share_pct is not None)
        if coverage < self.enough_coverage:
            return Attention(None, None, factors, coverage)
        score = min(MOST, sum(factor.points for factor in factors))
        return Attention(score, level_of(score), factors, coverage)


def _learner_factors(learner: LearnerInputs, now: datetime) -> Iterable[Factor]:
    if learner.overdue_share_pct is not None:
        share = _percentage(learner.overdue_share_pct, "overdue_share_pct")
        yield Factor("stake", _above(share, STAKE, STAKE_LEAST), STAKE[0][1])
    if learner.on_time_pct is not None:
        lost = MOST - _percentage(learner.on_time_pct, "on_time_pct")
        yield Factor("promptness", lost * PROMPTNESS_MOST / MOST, PROMPTNESS_MOST)
    seen = learner.last_activity or learner.known_since
    if seen is not None:
        yield Factor("recency", _above(days_between(seen, now), RECENCY, RECENCY_LEAST), RECENCY[0][1])
    if learner.proficiency_pct is not None:
        lost = MOST - _percentage(learner.proficiency_pct, "proficiency_pct")
        yield Factor("proficiency", lost * PROFICIENCY_MOST / MOST, PROFICIENCY_MOST)


def _item_factors(item: ItemInputs, now: datetime) -> Iterable[Factor]:
    if item.due_at is not None:
        yield Factor("due", _due(days_between(now, item.due_at)), MOST)
    if item.share_pct is not None:
        yield Factor("weight", _above(_percentage(item.share_pct, "share_pct"), WEIGHT, 0), WEIGHT[0][1])


def _due(days_left: float) -> float:
    if days_left < 0:
        return min(MOST, OVERDUE - OVERDUE_DAILY * days_left)
    return next((points for days, points in SOON if days_left <= days), 0.0)


def _above(value: float, table: tuple[tuple[float, float], ...], least: float) -> float:
    return next((points for limit, points in table if value > limit), least)


def _percentage(value: float, what: str) -> float:
    if not 0 <= value <= MOST:
        raise ValueError(f"{what}: expected a percentage from 0 to 100, got {value}")
    return value

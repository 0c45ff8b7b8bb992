"""How many days of slack are left before required work can no longer be finished in time. Pure.

R = required points left, v = points a day over the trailing window, D = days to the deadline: slack = D − R ÷ v.
Without a deadline, without anything observed, or without any work in the window there is no v or no D, and the answer
is `insufficient_data` with the reason: no pace is ever assumed (C-01).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import quantiles

from experiences.calculators.levels import INSUFFICIENT_DATA, Confidence
from experiences.calculators.moments import days_between
from oracles.payloads import LearnerPace, Pace

NOISE = 1e-9
"""Less than this is left by adding shares, not by a learner."""


class RunwayStatus(StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"
    HEALTHY = "healthy"
    AHEAD = "ahead"
    INSUFFICIENT_DATA = INSUFFICIENT_DATA


class Unknown(StrEnum):
    """Why there is no slack to tell of."""

    NO_REQUIREMENT = "no_requirement"
    """It is not known what is left to do."""
    NO_DEADLINE = "no_deadline"
    NOT_OBSERVED = "not_observed"
    """Nobody has watched for as long as the floor asks."""
    NO_RECENT_WORK = "no_recent_work"
    """Nothing was done in the window: there is no pace, and none is made up."""


@dataclass(frozen=True, slots=True)
class RunwayLimits:
    """Days of slack below which the status changes; an institution may set its own."""

    critical: float = 0
    warning: float = 3
    healthy: float = 10

    def __post_init__(self) -> None:
        if not self.critical <= self.warning <= self.healthy:
            raise ValueError(f"expected critical ≤ warning ≤ healthy, got {self}")


@dataclass(frozen=True, slots=True)
class Work:
    """One learner's (or a class's mean) work as of a moment. Points are any unit, the same on both sides."""

    points_left: float | None
    """Required and not done; `None` is unknown."""
    points_done: float
    """In the trailing window."""
    days_observed: float
    """How much of the window there was something to be seen: less than all of it at a course's beginning."""
    active_days: int
    """Days of the window with any work: what the confidence rests on."""


@dataclass(frozen=True, slots=True)
class Runway:
    """`slack_days` and `pace` are unknown exactly where the status is `insufficient_data`, but for finished work,
    which needs no pace.
    """

    status: RunwayStatus
    slack_days: float | None = None
    pace: float | None = None
    """Points a day."""
    confidence: Confidence = Confidence.NONE
    unknown: Unknown | None = None


@dataclass(frozen=True, slots=True)
class SectionRunway:
    """A section is the distribution over its learners, not their mean."""

    learners: int
    counts: Mapping[RunwayStatus, int]
    """Every status, also those nobody has."""
    coverage: float
    """Share 0..1 of the learners whose slack is known."""
    lower: float | None
    median: float | None
    upper: float | None
    """Quartiles of the known slacks, days."""

    @property
    def at_risk(self) -> int:
        return self.counts[RunwayStatus.CRITICAL]


@dataclass(frozen=True, slots=True)
class PaceRunwayCalculator:
    limits: RunwayLimits = RunwayLimits()
    window_days: float = 14
    floor_days: float = 3
    """The shortest time that a pace is taken from, so that one busy evening is not a pace."""

    def runway(self, work: Work, deadline: datetime | None, now: datetime) -> Runway:
        """The slack of this work.

        Raises:
            NaiveTime: a moment knows no zone.
            ValueError: points or days are negative.
        """
        _check(work)
        unknown = self._unknown(work, deadline)
        if deadline is None or work.points_left is None or unknown is not None:
            return Runway(RunwayStatus.INSUFFICIENT_DATA, unknown=unknown)
        days = days_between(now, deadline)
        if work.points_left == 0:
            return Runway(RunwayStatus.AHEAD, days, self._pace(work) or None, Confidence.HIGH)
        pace = self._pace(work)
        slack = days - work.points_left / pace
        return Runway(self._status(slack), slack, pace, self._confidence(work))

    def of_class(self, pace: Pace) -> SectionRunway:
        """The distribution over the learners of this pace, as of its moment."""
        works = works_of(pace)
        return self.section(self.runway(work, pace.deadline, pace.as_of) for work in works)

    def section(self, runways: Iterable[Runway]) -> SectionRunway:
        """The distribution over learners; no quartile without a single known slack."""
        each = tuple(runways)
        found = Counter(runway.status for runway in each)
        known = sorted(runway.slack_days for runway in each if runway.slack_days is not None)
        lower, median, upper = _quartiles(known)
        counts = {status: found[status] for status in RunwayStatus}
        return SectionRunway(len(each), counts, len(known) / len(each) if each else 0.0, lower, median, upper)

    def _unknown(self, work: Work, deadline: datetime | None) -> Unknown | None:
        if work.points_left is None:
            return Unknown.NO_REQUIREMENT
        if deadline is None:
            return Unknown.NO_DEADLINE
        if work.points_left == 0:
            return None
        if work.days_observed < self.floor_days:
            return Unknown.NOT_OBSERVED
        return None if self._pace(work) > 0 else Unknown.NO_RECENT_WORK

    def _pace(self, work: Work) -> float:
        return work.points_done / max(self.floor_days, min(work.days_observed, self.window_days))

    def _status(self, slack: float) -> RunwayStatus:
        if slack < self.limits.critical:
            return RunwayStatus.CRITICAL
        if slack < self.limits.warning:
            return RunwayStatus.WARNING
        return RunwayStatus.HEALTHY if slack < self.limits.healthy else RunwayStatus.AHEAD

    def _confidence(self, work: Work) -> Confidence:
        """High only after a whole window with work on a third of its days."""
        if work.days_observed >= self.window_days and work.active_days * 3 >= self.window_days:
            return Confidence.HIGH
        return Confidence.MEDIUM if work.active_days * 7 >= self.window_days else Confidence.LOW


def works_of(pace: Pace) -> tuple[Work, ...]:
    """Each learner's work, in the order of the pace; unknown where the scope has no page that could be done."""
    observed = 0.0 if pace.first_event is None else max(0.0, days_between(pace.first_event, pace.as_of))
    return tuple(_work(learner, pace.points, min(observed, pace.window_days)) for learner in pace.learners)


def _work(learner: LearnerPace, points: int, observed: float) -> Work:
    left = max(0.0, points - learner.points_done) if points else None
    is_done = left is not None and left < NOISE
    return Work(0.0 if is_done else left, learner.points_lately, observed, learner.active_days)


def _check(work: Work) -> None:
    numbers = (work.points_left or 0, work.points_done, work.days_observed, work.active_days)
    if not all(number >= 0 for number in numbers):
        raise ValueError(f"expected points and days of at least 0, got {work}")


def _quartiles(known: list[float]) -> tuple[float | None, float | None, float | None]:
    if not known:
        return None, None, None
    if len(known) == 1:
        return known[0], known[0], known[0]
    lower, median, upper = quantiles(known, n=4, method="inclusive")
    return lower, median, upper

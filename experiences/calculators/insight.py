"""What a week's numbers say: findings as codes with their numbers, most telling first; words are the template's. Pure.

A finding is a statement of what the data shows, with its evidence; no advice, and none without numbers on both sides.
What moved in the same direction is one finding, with its causes beside it, not an alert each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from experiences.calculators.pace_runway import RunwayStatus, SectionRunway
from experiences.calculators.trend import EVENTS, Change, Direction, Week


class Finding(StrEnum):
    WENT_QUIET = "went_quiet"
    """Nothing was reported in the last week, and something was in the one before."""
    OUT_OF_TIME = "out_of_time"
    """Learners whose slack is below zero."""
    NEW_RISK = "new_risk"
    """More learners without slack than at the comparison."""
    SLACK_SHRANK = "slack_shrank"
    FELL = "fell"
    ROSE = "rose"
    SLACK_GREW = "slack_grew"


RANK = tuple(Finding)
"""In the order of the enumeration: what needs somebody comes first."""


@dataclass(frozen=True, slots=True)
class InsightLimits:
    """The smallest move that is worth a sentence."""

    percentage_points: float = 1.0
    slack_days: float = 1.0


@dataclass(frozen=True, slots=True)
class Insight:
    """A finding with its numbers, and the names of the numbers it rests on."""

    finding: Finding
    numbers: Mapping[str, float] = field(default_factory=dict)
    causes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class InsightCalculator:
    limits: InsightLimits = InsightLimits()

    def insights(
        self,
        weeks: Sequence[Week],
        slack: SectionRunway | None = None,
        before: SectionRunway | None = None,
        most: int | None = None,
    ) -> tuple[Insight, ...]:
        """What the last week, and the slack now against before, say; nothing where there is nothing to compare."""
        found = [*self._of_weeks(weeks), *self._of_slack(slack, before)]
        return tuple(sorted(found, key=lambda insight: RANK.index(insight.finding)))[:most]

    def _of_weeks(self, weeks: Sequence[Week]) -> Iterable[Insight]:
        if not weeks:
            return
        if _went_quiet(weeks):
            yield Insight(Finding.WENT_QUIET)
        moves = [change for change in weeks[-1].changes if change.name != EVENTS and self._is_telling(change)]
        for finding, direction in ((Finding.FELL, Direction.DOWN), (Finding.ROSE, Direction.UP)):
            causes = tuple(change for change in moves if change.direction is direction)
            if causes:
                numbers = {change.name: change.by for change in causes if change.by is not None}
                yield Insight(finding, numbers, causes)

    def _is_telling(self, change: Change) -> bool:
        return change.by is not None and abs(change.by) >= self.limits.percentage_points

    def _of_slack(self, slack: SectionRunway | None, before: SectionRunway | None) -> Iterable[Insight]:
        if slack is None:
            return
        critical = slack.counts[RunwayStatus.CRITICAL]
        if critical:
            yield Insight(Finding.OUT_OF_TIME, {"learners": critical, "of": slack.learners})
        if before is None:
            return
        if critical > before.counts[RunwayStatus.CRITICAL]:
            yield Insight(Finding.NEW_RISK, {"learners": critical - before.counts[RunwayStatus.CRITICAL]})
        if slack.median is not None and before.median is not None:
            by = slack.median - before.median
            if abs(by) >= self.limits.slack_days:
                yield Insight(Finding.SLACK_GREW if by > 0 else Finding.SLACK_SHRANK, {"days": abs(by)})


def _went_quiet(weeks: Sequence[Week]) -> bool:
    """Two weeks before the last have to be known: how much came in each is the difference of their counts."""
    if len(weeks) < 3:  # noqa: PLR2004
        return False
    counts = [week.values.get(EVENTS) for week in weeks[-3:]]
    first, middle, last = counts
    if first is None or middle is None or last is None:
        return False
    return last == middle > first

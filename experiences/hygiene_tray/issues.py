"""What the tray remembers and tells, as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from experiences.calculators.data_quality import Effort, Quality, Severity
from experiences.calculators.levels import Confidence
from experiences.contract import Availability
from experiences.hygiene_tray.contract import Blocks, DetectorName, Finding, Number, Targets
from experiences.hygiene_tray.states import State
from oracles.contract import TenantId

UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Issue:
    """A fault that was found at least once, and what became of it."""

    id: int
    detector: DetectorName
    fault: str
    subject: str
    title: str
    page: int | None
    severity: Severity
    effort: Effort
    impact: float
    learners: int
    grade_share: float | None
    regained: float | None
    numbers: Mapping[str, Number]
    blocks: Blocks
    is_detected: bool
    state: State
    version: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding and how much fixing it gains."""

    finding: Finding
    impact: float


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a section's data found."""

    at: datetime
    as_of: datetime | None
    signature: str
    """How far everything that was looked at had come."""
    findings: tuple[Weighed, ...]
    unmeasured: Mapping[DetectorName, str]
    quality: Quality


@dataclass(frozen=True, slots=True)
class LastLook:
    """How the last look ended; never yet where `at` is `None`."""

    at: datetime | None = None
    as_of: datetime | None = None
    signature: str = ""
    unmeasured: Mapping[DetectorName, str] = field(default_factory=dict)

    def availability(self, detector: DetectorName) -> Availability:
        """Of one detector's part of the tray."""
        reason = self.unmeasured.get(detector)
        if self.at is None:
            return Availability.NO_DATA
        if reason is None:
            return Availability.READY
        return Availability.UNAVAILABLE if reason == UNAVAILABLE else Availability.NO_DATA


@dataclass(frozen=True, slots=True)
class ScoreOfDay:
    day: date
    score: float | None
    confidence: Confidence
    checks: int
    dimensions: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Order:
    """Somebody's own order; version 0 is nobody's yet."""

    issues: tuple[int, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that were made together, and can still be undone."""

    id: UUID
    verb: str
    at: datetime
    issues: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One issue as somebody saw it."""

    issue: int
    version: int


class Outcome(StrEnum):
    APPLIED = "applied"
    CONFLICT = "conflict"
    """Somebody, or a look at the data, was first; nothing was changed."""
    ILLEGAL = "illegal"
    """The state does not allow it; nothing was changed."""
    UNKNOWN = "unknown"
    """There is no such issue in this section."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one issue of a change."""

    issue: int
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change; `batch` is what can be undone, `None` if nothing was changed."""

    results: tuple[Result, ...]
    batch: UUID | None = None


class NoSuchIssue(LookupError):
    """There is no such issue in this section."""


class NoSuchBatch(LookupError):
    """Nothing of this section was changed under this id."""


@dataclass(frozen=True, slots=True)
class TrayData:
    """Everything the tray of one section remembers, for one person."""

    institution_id: TenantId
    section_id: int
    as_of: datetime | None
    """Newest event time that the last look had seen."""
    generated_at: datetime
    issues: tuple[Issue, ...]
    order: Order
    look: LastLook
    scores: tuple[ScoreOfDay, ...]
    """Oldest first."""
    targets: Targets
    undoable: tuple[Batch, ...]
    """Newest first."""


def blocked_by(issues: Sequence[Issue]) -> Blocks:
    """Everything that hangs on one of these issues and cannot be judged."""
    blocks = Blocks()
    for issue in issues:
        if issue.state.is_blocking:
            blocks |= issue.blocks
    return blocks

"""What a digest is told and what it says. Pure.

Everything it says comes from the tray, the console, a snapshot or the events' own questions: it counts nothing that a
page counts, so their numbers agree by construction (G-05).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from courses.contract import DashboardContext
from experiences.calculators.insight import Insight
from experiences.calculators.levels import Confidence, Grade, Level
from experiences.calculators.pace_runway import SectionRunway
from experiences.calculators.trend import Week
from experiences.contract import Availability, SectionContext
from experiences.digest.calendar import Window
from experiences.digest.config import DigestConfig
from oracles.payloads import Pace, Trend
from snapshot.contract import Facts, Snapshot


class SourceUnavailable(Exception):
    """A source could not be read; its block says so, and the others are told all the same (O-16)."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to look at: a flaw of the data, or a decision to take. Names no learner."""

    key: str
    """Stable: the same thing next week has the same key."""
    text: str
    """In the reader's language."""
    level: Level | None
    score: float | None
    path: str
    """Where it can be dealt with."""


@dataclass(frozen=True, slots=True)
class ScoreThen:
    """The tray's score of a day, by the section's clock."""

    day: date
    score: float


@dataclass(frozen=True, slots=True)
class TrayReading:
    """The tray's own numbers."""

    open_issues: int
    score: float | None
    grade: Grade | None
    confidence: Confidence
    issues: tuple[Point, ...]
    """Open ones, in the tray's order."""
    path: str
    scores: tuple[ScoreThen, ...] = ()
    """Of the days on which there was one, oldest first."""


@dataclass(frozen=True, slots=True)
class ConsoleReading:
    """The console's own numbers."""

    ready: int
    """Things that can be decided on."""
    staged: int
    """Decisions that wait for a review."""
    points: tuple[Point, ...]
    """What can be decided on, in the console's order."""
    path: str


class Sources(Protocol):
    """Where a digest reads. Each raises `SourceUnavailable` when it cannot say."""

    def snapshot(self, context: DashboardContext) -> Snapshot: ...

    def trend(self, context: DashboardContext, now: datetime) -> Trend:
        """How the section stood at the end of each week."""

    def pace(self, context: DashboardContext, now: datetime) -> Pace:
        """How fast its learners worked, as of a moment."""

    def tray(self, context: SectionContext) -> TrayReading: ...

    def console(self, context: SectionContext) -> ConsoleReading: ...


@dataclass(frozen=True, slots=True)
class SectionData:
    """All that was read of one section; `None` could not be."""

    context: DashboardContext
    events: int
    """Reported within the window."""
    snapshot: Snapshot | None
    trend: Trend | None
    pace: Pace | None
    pace_before: Pace | None
    """As of the window's start."""
    tray: TrayReading | None
    console: ConsoleReading | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is with a digest of a kind."""

    current_step: str = "start"
    progress_percentage: int = 0
    insights: int = 0
    recommendations: int = 0
    last_analyzed: datetime | None = None
    completed_at: datetime | None = None


STEPS = ("start", "prepared", "opened", "acted")
"""In this order; nobody goes back."""


@dataclass(frozen=True, slots=True)
class DigestData:
    """What the orchestrator hands over: what was read, and its memory of this person."""

    tenant_id: int
    user_id: int
    time_zone: str
    config: DigestConfig
    window: Window
    generated_at: datetime
    sections: tuple[SectionData, ...]
    progress: Progress


@dataclass(frozen=True, slots=True)
class SectionDigest:
    """One section: where it stands, what changed, what to do now."""

    context: DashboardContext
    as_of: datetime | None
    facts: Facts
    """The summary's, by fact id."""
    slack: SectionRunway | None
    slack_before: SectionRunway | None
    slack_change: float | None
    """Days that the median moved since the window's start."""
    events: int
    insights: tuple[Insight, ...]
    weeks: tuple[Week, ...]
    actions: tuple[Point, ...]
    """At most three."""
    issues: tuple[Point, ...]
    tray: TrayReading | None
    console: ConsoleReading | None
    score_before: ScoreThen | None = None
    """The tray's score when the window began, or the oldest that is known since."""
    score_change: float | None = None
    """Points that the tray's score moved since then."""
    availability: Mapping[str, Availability] = field(default_factory=dict)
    """By block: `facts`, `slack`, `weeks`, `tray`, `console`."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Blocks that could not be read."""
        return tuple(name for name, each in self.availability.items() if each is Availability.UNAVAILABLE)

    @property
    def is_empty(self) -> bool:
        """Nothing happened, nothing is to be done, and nothing is wrong."""
        return not (self.events or self.actions or self.issues)


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told."""

    config: DigestConfig
    window: Window
    time_zone: str
    generated_at: datetime
    sections: tuple[SectionDigest, ...]
    progress: Progress

    @property
    def is_empty(self) -> bool:
        return all(section.is_empty for section in self.sections)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A digest as text; equal digests give equal bytes."""

    subject: str
    text: str
    html: str

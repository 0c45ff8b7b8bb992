"""What the tray speaks of: faults, issues, and what is wanted of them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from courses.quality_facts import GradingFacts, LetterFacts, PageFacts, RecordFacts, SectionFacts, Twins
from experiences.calculators.data_quality import Check, Effort, Severity

type Number = int | float | str | None


class DetectorName(StrEnum):
    """The ten kinds of fault."""

    DUE_DATES = "due_dates"
    UNGRADED = "ungraded"
    OBJECTIVES = "objectives"
    MISSING_GRADES = "missing_grades"
    POLICIES = "policies"
    UNKNOWN_REFERENCES = "unknown_references"
    IDENTITY = "identity"
    DUPLICATES = "duplicates"
    FEED = "feed"
    OUT_OF_RANGE = "out_of_range"


class Source(StrEnum):
    """Where facts come from; one that fails costs only the detectors that need it."""

    SECTION = "section"
    PAGES = "pages"
    GRADING = "grading"
    TWINS = "twins"
    RECORDS = "records"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Targets:
    """What a section promises; the defaults hold where nobody has set anything."""

    grading_days: int = 14
    high_stakes_pct: int = 20
    """From which share of the grade an item is high-stakes."""
    feed_hours: int = 72
    """How long a running section may be silent."""

    @property
    def grading(self) -> timedelta:
        return timedelta(days=self.grading_days)

    @property
    def feed(self) -> timedelta:
        return timedelta(hours=self.feed_hours)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the detectors read. A source that could not be read is `None`."""

    section: SectionFacts | None
    pages: tuple[PageFacts, ...] | None
    grading: tuple[GradingFacts, ...] | None
    twins: tuple[Twins, ...] | None
    records: RecordFacts | None
    letters: tuple[LetterFacts, ...] | None

    def has(self, source: Source) -> bool:
        return getattr(self, source.value) is not None


@dataclass(frozen=True, slots=True)
class Blocks:
    """Ids of the section that cannot be judged while the fault is there."""

    learners: frozenset[int] = frozenset()
    pages: frozenset[int] = frozenset()
    activities: frozenset[int] = frozenset()

    def __or__(self, other: Blocks) -> Blocks:
        return Blocks(self.learners | other.learners, self.pages | other.pages, self.activities | other.activities)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault that is there now."""

    detector: DetectorName
    fault: str
    """Which of the detector's faults; the words are in `words.FAULTS`."""
    subject: str
    """What it is about, by keys or ids that stay: `page:quiz-1`, `learners:4+9`, `reason:conflict`."""
    title: str
    """The subject as people know it; holds no personal data."""
    severity: Severity
    effort: Effort
    learners: int = 0
    """Affected."""
    grade_share: float | None = None
    """Percent of the grade affected; `None` = unknown."""
    regained: float | None = None
    """Percent of the section's evidence that counts again once it is fixed; `None` = none, or unknown."""
    page: int | None = None
    """The page it is about."""
    blocks: Blocks = Blocks()
    numbers: Mapping[str, Number] = field(default_factory=dict)
    """What the words need."""

    @property
    def fingerprint(self) -> str:
        """The same fault of the same thing has the same, whatever its numbers, on every machine."""
        said = f"{self.detector}\x1f{self.fault}\x1f{self.subject}"
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Report:
    """What one detector found; with `unmeasured` it could not look, and says why."""

    detector: DetectorName
    findings: tuple[Finding, ...] = ()
    checks: tuple[Check, ...] = ()
    unmeasured: str = ""
    """Code of the reason: `no_graded_items`, …, or `unavailable` where a source failed."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the records that were tried again."""

    back: int
    still_dead: int


class FixFailed(Exception):
    """A one-click fix could not be carried out now; the reason is for people."""

"""What is stored of a section, counted for whoever asks how good it is. Pure values: the detectors read these only.

Learners are those who count: role `learner`, enrolled. Times are aware; unknown is `None`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """The section itself and how far its feed has come."""

    starts_at: datetime | None
    ends_at: datetime | None
    as_of: datetime | None
    """Newest event time ingested; `None` before the first."""
    learners: int
    objectives: int


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page that learners see, with its activities."""

    page_id: int
    key: str
    title: str
    gradebook_title: str | None
    graded: bool
    weight: float | None
    available_from: datetime | None
    due_at: datetime | None
    attempts_allowed: int | None
    late_work: str | None
    scoring: str | None
    activities: int
    loose: tuple[int, ...] = ()
    """Activities that are attached to no objective."""


@dataclass(frozen=True, slots=True)
class GradingFacts:
    """What learners handed in on one graded page, and what became of it. Counts of learners."""

    page_id: int
    scored: int
    handed_in: int
    waiting: int
    """Handed in after the last grade, or never graded."""
    overdue: int
    """Waiting since before the cut-off that was asked for."""
    oldest_waiting: datetime | None
    above_maximum: int
    below_zero: int
    without_maximum: int
    """Scored out of nothing, or out of less than nothing."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Learners of the section who share an e-mail address, or a name of which one has no address."""

    learners: tuple[int, ...]
    """Ids, ascending."""
    by: str
    """`email` or `name`."""


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What was reported on one page."""

    page_id: int
    repeated: int
    """Events that say what another one says, under another id."""
    learners: int
    """Whose events are repeated."""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """All that was reported of the section."""

    events: int
    pages: int
    """With events."""
    repeated: tuple[EventFacts, ...]
    in_the_future: int
    """Events dated after the moment that was asked about."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Records that were given up for one reason and wait."""

    reason: str
    count: int
    oldest: datetime
    newest: datetime

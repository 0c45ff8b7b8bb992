"""The values of the console, and how it refuses. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from experiences.contract import Availability
from experiences.decision_console.kinds import Kind
from experiences.decision_console.people import LearnerRecord
from experiences.decision_console.states import State

MOST_TARGETS = 500
"""Of one decision: more are not chosen by a person."""
LONGEST_RULE, LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_REASON = 200, 200, 10_000, 500
ALLOWANCE_WINDOW = timedelta(days=7)
STALE_AFTER = timedelta(hours=48)
"""Data older than this is called old in the review."""


class ConsoleError(Exception):
    """Base: nothing was changed."""


class NotThere(ConsoleError):
    """No such decision, learner, page or review here; another tenant's looks the same."""


class Refused(ConsoleError):
    """It cannot be done as asked; `code` says why, `numbers` how much."""

    def __init__(self, code: str, **numbers: int) -> None:
        super().__init__(f"{code} {numbers}" if numbers else code)
        self.code = code
        self.numbers = numbers


class Conflict(ConsoleError):
    """Somebody changed it meanwhile: what was sent was based on an older version."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not what it was: of which decision, what, from what, to what."""

    decision_id: int
    field: str
    before: str
    after: str


class StaleApproval(ConsoleError):
    """What was to be approved is not what stands there now (K-06)."""

    def __init__(self, differences: tuple[Difference, ...]) -> None:
        super().__init__(f"{len(differences)} differences")
        self.differences = differences


class Outcome(StrEnum):
    """What became of one target."""

    WAITING = "waiting"
    EXCLUDED = "excluded"
    """Never part of it; the reason says why."""
    DONE = "done"
    """Everything there was to do about it is done; no mail was part of it, or the mail has left."""
    QUEUED = "queued"
    """Done, and its mail is on its way."""
    SKIPPED = "skipped"
    """When it came to it there was no reason any more; the reason says why."""
    FAILED = "failed"
    """Its mail could not be sent; it can be tried again."""
    UNKNOWN = "unknown"
    """Its mail may have left; a person says."""
    DROPPED = "dropped"
    """The decision was discarded or has expired."""


TROUBLED = frozenset({Outcome.FAILED, Outcome.UNKNOWN})
PENDING = frozenset({Outcome.WAITING, Outcome.QUEUED})


class Why(StrEnum):
    """Why a target is excluded or was skipped."""

    NONE = ""
    DUPLICATE = "duplicate"
    ALLOWANCE = "allowance"
    NO_ADDRESS = "no_address"
    LEFT = "left_section"
    SUBMITTED = "submitted_meanwhile"
    CALLED_OFF = "called_off"
    """Its mail was given up by a person."""
    BY_HAND = "by_hand"
    """Taken out by whoever edited it."""
    CHANGED = "changed"
    """What it would be sent is not what was approved: another name or address."""


class DecidedBy(StrEnum):
    HUMAN = "human"
    HUMAN_BULK = "human_bulk"
    """One person's word about several decisions at once."""
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Wording:
    """What can be edited until it is executed."""

    subject: str = ""
    text: str = ""
    moment: datetime | None = None
    reason: str = ""
    run_at: datetime | None = None
    """`None` is as soon as somebody executes it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to stage: a kind, whom the rule chose, and what it is about."""

    kind: Kind
    rule: str
    """How the targets were chosen, as a code: `student_support.struggling`, `outstanding:quiz-1`, `chosen`."""
    learners: tuple[int, ...] = ()
    pages: tuple[int, ...] = ()
    """Targets of kinds that are about pages."""
    page: int | None = None
    """The item that the decision is about."""
    wording: Wording = Wording()


@dataclass(frozen=True, slots=True)
class Target:
    """One target of a decision, by ids only; `name` is filled in for whoever may look."""

    id: int
    learner_id: int | None
    page_id: int | None
    outcome: Outcome
    why: Why
    label: str = ""
    """What may be shown: a name, a code where the institution hides names, or a page's title."""
    name: str = ""
    """What placeholders are filled from; empty where names are hidden."""
    email: str = ""
    mail_key: str = ""


@dataclass(frozen=True, slots=True)
class QueuedDecision:
    """A decision as it stands."""

    id: int
    kind: Kind
    rule: str
    page_id: int | None
    page_title: str
    wording: Wording
    signature: str
    state: State
    version: int
    author: str
    """Pseudonym."""
    author_name: str
    staged_at: datetime
    expires_at: datetime
    snoozed_until: datetime | None
    as_of: datetime | None
    batch_id: int | None
    approvals: int
    targets: tuple[Target, ...]
    staged_by: int | None = None
    """The account that staged it; gone with the account."""
    rule_title: str = ""
    """What the page or part of the course is called that the rule names."""

    @property
    def included(self) -> tuple[Target, ...]:
        return tuple(target for target in self.targets if target.outcome is not Outcome.EXCLUDED)

    @property
    def excluded(self) -> tuple[Target, ...]:
        return tuple(target for target in self.targets if target.outcome is Outcome.EXCLUDED)

    def count(self, *outcomes: Outcome) -> int:
        return sum(target.outcome in outcomes for target in self.targets)


class Blocking(Protocol):
    """What the tray says cannot be judged yet: ids of the section."""

    @property
    def learners(self) -> frozenset[int]: ...

    @property
    def pages(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True)
class NothingBlocked:
    learners: frozenset[int] = frozenset()
    pages: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PageChoice:
    """A page that a decision can be about."""

    id: int
    title: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """A graded item with its due date: what falls due."""

    page_id: int
    key: str
    title: str
    unit: str
    due_at: datetime | None
    share_pct: float | None
    """Of the grade; unknown unless every graded item has a weight."""


@dataclass(frozen=True, slots=True)
class OutstandingWork:
    """One due item, and who has not handed it in, or waits for a grade."""

    page_id: int
    missing: tuple[int, ...]
    """Learner ids; those with an extension that still runs are left out."""
    ungraded: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CourseStanding:
    """Where the class is: the dashboard's own numbers, by fact id."""

    facts: Mapping[str, float | None]
    watched: int
    """Learners on the watch-list."""
    flagged: int
    """Pages that were flagged."""


@dataclass(frozen=True, slots=True)
class Block[T]:
    """One part of the console; a source that fails marks its own part (O-16)."""

    availability: Availability
    value: T | None = None


@dataclass(frozen=True, slots=True)
class ConsoleData:
    """What the console knows of a section at a moment."""

    obligations: Block[tuple[Obligation, ...]]
    outstanding: Block[tuple[OutstandingWork, ...]]
    standing: Block[CourseStanding]
    learners: Block[tuple[LearnerRecord, ...]]
    decision_queue: tuple[QueuedDecision, ...]
    institution_id: int
    section_id: int
    as_of: datetime | None
    """Newest event time ingested for the section; never the clock (O-15)."""
    generated_at: datetime
    staged: int | None = field(default=None)
    """The decision that was staged or merged into, after `add_decision`."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    at: datetime
    decision_id: int
    event: str
    decided_by: DecidedBy
    actor: str
    actor_name: str
    version: int
    before: Mapping[str, object]
    after: Mapping[str, object]

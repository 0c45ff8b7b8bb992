"""What an oracle is asked and what it answers. Pure: anyone may import it.

A `Scope` names its tenant, so every question does. A failure is a value (`Failed`), never an exception that
crosses a boundary. Times in results are monotonic seconds of the process that ran the load (R9 compares them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

import msgspec

TenantId = NewType("TenantId", int)
OracleKey = NewType("OracleKey", str)


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing an instructor can look at: a tenant's section, whole or narrowed to one container of it."""

    tenant_id: TenantId
    section_id: int
    container_id: int | None = None
    container_key: str | None = None

    @property
    def address(self) -> str:
        """The scope as URLs, frames and commands write it: `course` or `container:<key>`."""
        return "course" if self.container_key is None else f"container:{self.container_key}"


class Domain(StrEnum):
    """The parts of a section's data that move separately; each has a counter in `SectionStamp`."""

    STRUCTURE = "structure"
    ROSTER = "roster"
    PROGRESS = "progress"
    EVIDENCE = "evidence"
    SCORES = "scores"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class DataStamp:
    """How far each domain of a section had moved when a payload was read, and the newest event time ingested."""

    structure: int = 0
    roster: int = 0
    progress: int = 0
    evidence: int = 0
    scores: int = 0
    settings: int = 0
    as_of: datetime | None = None
    arrived_at: datetime | None = field(default=None, compare=False)
    """When the event of `as_of` was stored; known where a payload was read, no part of how far the data is."""

    def of(self, domains: frozenset[Domain]) -> tuple[tuple[str, int], ...]:
        """The counters of these domains, in a fixed order: the part of a cache key that moves with the data."""
        return tuple((domain.value, getattr(self, domain.value)) for domain in Domain if domain in domains)


@dataclass(frozen=True, slots=True)
class OracleContext:
    """Everything an oracle may know: whose data, which part of the outline, which database to read."""

    scope: Scope
    span: tuple[int, int] | None
    """First and last curriculum position inside the scope; `None` is the whole course."""
    now: datetime
    """Aware; passed in so that the calendar is testable."""
    database: str = "default"


class Payload(msgspec.Struct, frozen=True):
    """Base of what oracles return: frozen, typed, serialisable (subclasses are in `oracles/payloads.py`)."""


class Source(StrEnum):
    """Where a result came from; the seed's words, plus `late` (R12)."""

    CACHE = "cache"
    LOADED = "loaded"
    SKIPPED_OPTIONAL = "skipped_optional"
    ERROR = "error"
    LATE = "late"


class FailureReason(StrEnum):
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    DATABASE_UNAVAILABLE = "database_unavailable"
    ORACLE_ERROR = "oracle_error"


@dataclass(frozen=True, slots=True)
class Loaded:
    """An answer. `version` is the oracle's, `stamp` the data it was read from, times are monotonic seconds.

    `read_at` is the wall clock's time of the reading: other processes can tell the age of a cached answer by it.
    """

    scope: Scope
    key: OracleKey
    payload: Payload
    version: int
    stamp: DataStamp
    source: Source = Source.LOADED
    started_at: float = 0.0
    finished_at: float = 0.0
    read_at: datetime | None = None

    @property
    def seconds(self) -> float:
        """How long it took to work out."""
        return max(0.0, self.finished_at - self.started_at)


@dataclass(frozen=True, slots=True)
class Failed:
    scope: Scope
    key: OracleKey
    reason: FailureReason
    started_at: float = 0.0
    finished_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Skipped:
    """An optional oracle that was not asked."""

    scope: Scope
    key: OracleKey


OracleResult = Loaded | Failed | Skipped


@dataclass(frozen=True, slots=True)
class Oracle:
    """One row of the registry: a question, its version, what must be answered first, which domains it reads."""

    key: OracleKey
    version: int
    reads: frozenset[Domain]
    payload: type[Payload]
    load: Callable[[OracleContext], Payload]
    requires: frozenset[OracleKey] = frozenset()


SCOPE_RESOURCES = OracleKey("scope_resources")
SCHEDULE_POSITION = OracleKey("schedule_position")
LEARNER_INFO = OracleKey("learner_info")
PROGRESS = OracleKey("progress")
PROGRESS_PROFICIENCY = OracleKey("progress_proficiency")
OBJECTIVES = OracleKey("objectives")
ASSESSMENTS = OracleKey("assessments")
LEARNER_PROGRESS = OracleKey("learner_progress")
HAND_INS = OracleKey("hand_ins")
TREND = OracleKey("trend")
PACE = OracleKey("pace")

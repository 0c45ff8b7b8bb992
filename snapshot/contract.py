"""The shape of a snapshot: everything known about one scope at one moment (seed 001 FR-001..005, FR-010). Pure.

Percentages are 0..100 rounded half-even to one decimal by `snapshot.numbers.percent`; counts are integers;
`None` is "applies but cannot be computed" and is never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from courses.contract import Semantics, SupportThresholds
from oracles.contract import OracleKey, OracleResult, Scope
from snapshot.ai_document import AiDocument

SNAPSHOT_VERSION = 2
"""Of the snapshot's own fields; 2 records the version of every projection."""
PROJECTION_VERSION = 1
"""Of what all projections share: capabilities, readiness, reasons. Each one's own is in `projection_versions`."""

Fact = int | float | None
Facts = Mapping[str, Fact]


class Capability(StrEnum):
    SUMMARY = "summary"
    PROGRESS = "progress"
    STUDENT_SUPPORT = "student_support"
    CHALLENGING_OBJECTIVES = "challenging_objectives"
    ASSESSMENTS = "assessments"
    AI_CONTEXT = "ai_context"


class Readiness(StrEnum):
    """Have we data? (`loading` is a state of a request and stands beside this, never in it.)"""

    READY = "ready"
    PARTIAL = "partial"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


class Reason(StrEnum):
    """Why a projection is not `ready` (which go with which readiness: `snapshot.validation.REASONS`)."""

    MISSING_ORACLE_PAYLOAD = "missing_oracle_payload"
    """Not asked, not answered yet, or given up because nobody waits any more."""
    ORACLE_FAILED = "oracle_failed"
    ORACLE_TIMED_OUT = "oracle_timed_out"
    DATABASE_UNAVAILABLE = "database_unavailable"
    DERIVATION_FAILED = "projection_derivation_failed"
    """The answers are there, and the rule could not digest them."""
    INVALID_DATA = "invalid_projection_data"
    """The rule made something of them that is no fact: not finite, or under an id that is not its own."""
    UNSUPPORTED_VERSION = "unsupported_projection"
    """A version was asked for that this snapshot does not hold and, read back, cannot derive any more."""


class Metadata(msgspec.Struct, frozen=True):
    institution: str
    """Slug."""
    section: str
    """Slug."""
    section_title: str
    course_title: str
    time_zone: str
    generated_at: datetime
    """Aware, UTC, a full minute; also the `now` of every rule that needs one (inactive, missing)."""
    as_of: datetime | None
    """Newest event time ingested."""
    semantics: Semantics = Semantics()
    credit: str = ""


class Status(msgspec.Struct, frozen=True):
    readiness: Readiness
    reason: Reason | None = None
    missing: tuple[str, ...] = ()
    """Oracle keys that are not there."""


# ---- projections: one frozen value per capability -----------------------------------------------------------


class Projection(msgspec.Struct, frozen=True):
    """Base of what a capability says; a new version of one is a shape of its own beside the old one."""


class Card(msgspec.Struct, frozen=True):
    """One summary number. `visible` is False only when loaded content proves that it does not apply."""

    fact: str
    value: float | None
    n: int
    """How many things the mean was taken over (learners, objectives, assessments)."""
    state: str
    """`ready`, `no_data`, `loading`, `unavailable`."""
    visible: bool = True


class Recommendation(msgspec.Struct, frozen=True):
    """What a rule suggests to do next: which rule, on what evidence, where to look."""

    rule: str
    capability: Capability
    numbers: Mapping[str, int | float | str] = {}
    evidence: tuple[str, ...] = ()
    """Ids of the facts that the rule looked at."""


class SummaryProjection(Projection, frozen=True):
    class_size: int | None
    cards: tuple[Card, ...]
    """Progress, proficiency, assessment score: in that order."""
    recommendation: Recommendation | None


class Bar(msgspec.Struct, frozen=True):
    key: str
    title: str
    kind: str
    completed: int
    completed_pct: float | None
    average_pct: float | None
    page_count: int


class ScheduleMarker(msgspec.Struct, frozen=True):
    key: str
    label: str


class ProgressProjection(Projection, frozen=True):
    axis: str
    """`pages`, `units`, `modules`, `content`: what the bars are."""
    class_size: int
    threshold: int
    bars: tuple[Bar, ...]
    schedule: ScheduleMarker | None = None
    empty: str = ""
    """`no_scope_children`, `no_students` or nothing."""


class Why(msgspec.Struct, frozen=True):
    """Why a learner is in a bucket: the code of the rule and its numbers (words: `definitions.WHY`)."""

    code: str
    numbers: Mapping[str, int | float | None] = {}


class SupportRow(msgspec.Struct, frozen=True):
    learner_id: int
    external_id: str
    name: str
    email: str
    progress_pct: float | None
    proficiency_pct: float | None
    first_attempts: int
    bucket: str
    inactive: bool
    last_activity: datetime | None
    why: Why
    proficiency_interval: tuple[float, float] | None = None
    """Where the proficiency lies with a chance of 90 %, for models that can say so."""


class Bucket(msgspec.Struct, frozen=True):
    id: str
    """`struggling`, `on_track`, `excelling`, `not_enough_information`."""
    count: int
    percentage: float | None
    active: int
    inactive: int
    learners: tuple[SupportRow, ...]
    """Inactive first, then by name and external id."""


class StudentSupportProjection(Projection, frozen=True):
    total: int
    inactive: int
    buckets: tuple[Bucket, ...]
    default_bucket: str
    has_activity: bool
    thresholds: SupportThresholds


class ObjectiveItem(msgspec.Struct, frozen=True):
    key: str
    title: str
    numbering: str
    """`1`, `1.2`: curriculum order."""
    parent_key: str | None
    depth: int
    proficiency_pct: float | None
    """Mean over learners with enough evidence; null when there are none."""
    n: int
    """Learners with enough evidence."""
    coverage_pct: float | None
    """n ÷ class size."""
    is_challenging: bool
    has_enough_evidence: bool


class ChallengingObjectivesProjection(Projection, frozen=True):
    state: str
    """`populated`, `empty_low_proficiency`, `no_data`, `not_applicable`."""
    class_size: int
    count: int
    objectives: tuple[ObjectiveItem, ...]
    """All objectives in scope, outline order."""


class HistogramBin(msgspec.Struct, frozen=True):
    low: int
    high: int
    count: int


class AssessmentCard(msgspec.Struct, frozen=True):
    key: str
    title: str
    context: str
    available_from: datetime | None
    due_at: datetime | None
    class_size: int
    completed: int
    completion_pct: float | None
    is_well_completed: bool
    """Completion of at least 50 %."""
    minimum: float | None
    median: float | None
    mean: float | None
    maximum: float | None
    std_dev: float | None
    bins: tuple[HistogramBin, ...]
    late: int
    missing: int
    awaiting_grade: int


class AssessmentsProjection(Projection, frozen=True):
    state: str
    """`populated`, `not_applicable` (no graded page in scope)."""
    class_size: int
    cards: tuple[AssessmentCard, ...]
    """By due date, undated last, then curriculum order."""


class AiContextProjection(Projection, frozen=True):
    document: AiDocument
    markdown: str
    """The document in words; its JSON is `snapshot.projections.ai_words.as_json`."""


MISSING = "missing"
"""The status of an oracle that was not asked, or has not answered."""


class Snapshot(msgspec.Struct, frozen=True):
    """Assembled once; the only input of tiles, files and commands."""

    snapshot_id: str
    request_token: str
    scope: Scope
    metadata: Metadata
    oracles: Mapping[OracleKey, OracleResult]
    """The answers themselves; none in a snapshot that was kept and read back."""
    oracle_statuses: Mapping[OracleKey, str]
    """For every oracle that a projection rests on: where its answer came from, why it failed, or `missing`."""
    projections: Mapping[Capability, Projection]
    projection_statuses: Mapping[Capability, Status]
    projection_versions: Mapping[Capability, int]
    """Which version of its rule each capability was derived by."""
    facts: Facts
    """Every number shown, by fact id; order is that of the capabilities."""
    fingerprints: Mapping[Capability, str]
    """Digest of a capability's facts: equal on the page, in the manifest and on the command line."""
    config_signature: str
    stamp: Mapping[str, int]
    """How far each data domain had moved: equal stamps and settings promise equal facts."""
    snapshot_version: int = SNAPSHOT_VERSION
    projection_version: int = PROJECTION_VERSION

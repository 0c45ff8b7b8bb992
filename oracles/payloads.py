"""The typed answers of the instructor oracles. Pure.

Units: progress is a share 0..1 of a learner's pages, scores are percent 0..100, times are aware datetimes (UTC).
Population of every count: learners with role `learner` and status `enrolled`; hidden pages are out.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from oracles.contract import Payload

THRESHOLDS: tuple[int, ...] = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)


class ChildItem(msgspec.Struct, frozen=True):
    """A direct child of the scope: one bar of the progress tile."""

    key: str
    title: str
    kind: str
    """`page`, or the container's own kind: `unit`, `module`, …"""
    page_count: int
    """Visible pages under it (a page counts itself)."""


class PageItem(msgspec.Struct, frozen=True):
    """A visible page inside the scope, in curriculum order."""

    key: str
    title: str
    context: str
    """Titles of the containers above it, outermost first, joined by ` › `; empty at course level."""
    position: int
    graded: bool
    weight: float | None = None
    available_from: datetime | None = None
    due_at: datetime | None = None


class ScopeResources(Payload, frozen=True):
    """Oracle `scope_resources`: what the scope is made of."""

    course_title: str
    section_title: str
    label: str
    """The scope's own title: the container's, or the section's for the whole course."""
    trail: tuple[str, ...]
    """Titles of the containers above the scope, outermost first."""
    children: tuple[ChildItem, ...]
    pages: tuple[PageItem, ...]
    objective_count: int
    """Objectives attached to an activity of a visible page in scope; 0 proves that the tile does not apply."""

    @property
    def graded_pages(self) -> tuple[PageItem, ...]:
        return tuple(page for page in self.pages if page.graded)


class SchedulePosition(Payload, frozen=True):
    """Oracle `schedule_position`: which direct child of the scope the calendar is at; no key = no schedule."""

    child_key: str | None = None
    label: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class LearnerRow(msgspec.Struct, frozen=True):
    learner_id: int
    external_id: str
    name: str
    email: str
    last_activity: datetime | None
    """Time of the last learning event; `None` = never (B14: not a row's updated_at)."""


class LearnerInfo(Payload, frozen=True):
    """Oracle `learner_info`: the roster, by learner id. The only payload with names in it."""

    learners: tuple[LearnerRow, ...]


class ProgressItem(msgspec.Struct, frozen=True):
    """One direct child: exact counts per threshold, counted by the database (no bins: B3)."""

    key: str
    page_count: int
    at_least: tuple[int, ...]
    """Learners with progress ≥ t % for each t of `THRESHOLDS`, in that order."""
    total: float
    """Sum over learners of their progress 0..1 in this child; divide by class size for the mean."""


class Progress(Payload, frozen=True):
    """Oracle `progress`: per direct child of the scope, in curriculum order."""

    class_size: int
    items: tuple[ProgressItem, ...]


class LearnerStanding(msgspec.Struct, frozen=True):
    learner_id: int
    progress: float | None
    """0..1 over the scope's pages; `None` only when the scope has no visible page."""
    first_attempts: int
    """Activities in scope with a first attempt; each counts once however many objectives it has."""
    first_correct: int


class ProgressProficiency(Payload, frozen=True):
    """Oracle `progress_proficiency`: one row per enrolled learner, by learner id."""

    page_count: int
    learners: tuple[LearnerStanding, ...]


class EvidenceCell(msgspec.Struct, frozen=True):
    """How many learners have exactly this evidence on one objective (its own and its descendants', in scope)."""

    first_attempts: int
    first_correct: int
    learners: int


class ObjectiveRow(msgspec.Struct, frozen=True):
    key: str
    title: str
    parent_key: str | None
    position: int
    depth: int
    evidence: tuple[EvidenceCell, ...]
    """A histogram, so that any proficiency model can be applied to it without another query."""


class Objectives(Payload, frozen=True):
    """Oracle `objectives`: objectives in scope and their ancestors, in outline order."""

    class_size: int
    rows: tuple[ObjectiveRow, ...]


class ScoreCount(msgspec.Struct, frozen=True):
    percent: float
    """score ÷ out_of × 100, unrounded."""
    learners: int


class AssessmentRow(msgspec.Struct, frozen=True):
    """One graded page in scope."""

    key: str
    scores: tuple[ScoreCount, ...]
    """Ascending; only rows with a score and out_of > 0."""
    submitted: int
    """Learners with any submission, graded or not."""
    awaiting_grade: int
    """Submitted and not yet graded: never counted as missing."""
    late: int
    """Learners whose submission came after the due date."""


class Assessments(Payload, frozen=True):
    """Oracle `assessments`: graded pages in scope, in curriculum order."""

    class_size: int
    rows: tuple[AssessmentRow, ...]


class BarStanding(msgspec.Struct, frozen=True):
    """Who has begun one direct child of the scope; whoever is not named has done nothing of it."""

    key: str
    learners: tuple[int, ...]
    """Ids, ascending."""
    percents: tuple[float, ...]
    """How far each of them is, 0..100, unrounded, in the same order."""


class LearnerProgress(Payload, frozen=True):
    """Oracle `learner_progress`: the class and its progress per direct child of the scope, without names."""

    learners: tuple[int, ...]
    """Ids of everybody who counts, ascending."""
    items: tuple[BarStanding, ...]
    """In curriculum order."""


class HandIn(msgspec.Struct, frozen=True):
    """What one learner handed in for one graded page."""

    learner_id: int
    percent: float | None
    """score ÷ out_of × 100, unrounded; `None` without a score."""
    awaits_grade: bool
    is_late: bool


class PageHandIns(msgspec.Struct, frozen=True):
    """Who handed in one graded page; whoever is not named did not."""

    key: str
    hand_ins: tuple[HandIn, ...]
    """By learner id."""


class HandIns(Payload, frozen=True):
    """Oracle `hand_ins`: the class and what it handed in for each graded page of the scope, without names."""

    learners: tuple[int, ...]
    """Ids of everybody who counts, ascending."""
    pages: tuple[PageHandIns, ...]
    """In curriculum order."""


class TrendPoint(msgspec.Struct, frozen=True):
    """How the scope stood at one moment, by what had happened until then."""

    until: datetime | None
    """Exclusive end of a week (Monday 00:00 in the section's zone), UTC; `None` = everything reported."""
    events: int
    """Events of the class in the scope."""
    progress: float | None
    """Mean over the class of the share 0..1 of the scope's pages; `None` without pages or learners."""
    first_attempts: int
    first_correct: int
    score_pct: float | None
    """Mean of the per-assessment means, percent; `None` where nothing is scored."""


class Trend(Payload, frozen=True):
    """Oracle `trend`, on demand: week ends in order, then everything; at least that last one."""

    class_size: int
    page_count: int
    points: tuple[TrendPoint, ...]


class LearnerPace(msgspec.Struct, frozen=True):
    """What one learner had done by a moment; a page of the scope is one point, done in shares."""

    learner_id: int
    points_done: float
    """Of `Pace.points`."""
    points_lately: float
    """Of them, those of the window."""
    active_days: int
    """Days of the window with any event."""


class Pace(Payload, frozen=True):
    """Oracle `pace`, on demand: every enrolled learner's work as of a moment, by learner id."""

    as_of: datetime
    """Exclusive."""
    window_days: int
    """The days before `as_of`, of 24 hours each."""
    points: int
    """Visible pages of the scope."""
    first_event: datetime | None
    """Of the section: since when there was something to be seen."""
    deadline: datetime | None
    """The last due date of a visible page, else the section's end."""
    learners: tuple[LearnerPace, ...]

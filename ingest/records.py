"""The typed records that adapters yield into the write path. Pure.

Records name things by the keys of the source data; the sink resolves them inside one section of one tenant, so a
record can never reach another institution's rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

JsonScalar = str | int | float | bool | None


class Verb(StrEnum):
    EXPERIENCED = "experienced"
    ANSWERED = "answered"
    SUBMITTED = "submitted"
    SCORED = "scored"


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One learning event, as reported. `timestamp` is aware; `learner`, `page`, `activity` are external keys."""

    event_id: UUID
    learner: str
    verb: Verb
    page: str
    timestamp: datetime
    source: str
    activity: str | None = None
    success: bool | None = None
    """Outcome of the first attempt this event reports; `None` = no outcome (not an attempt)."""
    attempts: int = 0
    correct: int = 0
    score: float | None = None
    out_of: float | None = None
    sequence: int = 0
    """Order in the source among equal timestamps."""
    result: Mapping[str, JsonScalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContainerRecord:
    """A node of the outline with what is under it. Order of `children` and `pages` is curriculum order."""

    key: str
    title: str
    kind: str
    containers: tuple[ContainerRecord, ...] = ()
    pages: tuple[PageRecord, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    key: str
    title: str
    objectives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRecord:
    key: str
    title: str
    graded: bool = False
    weight: float | None = None
    available_from: datetime | None = None
    due_at: datetime | None = None
    hidden: bool = False
    attempts_allowed: int | None = None
    """0 = any number; `None` here and below: the source does not say."""
    late_work: str | None = None
    scoring: str | None = None
    gradebook_title: str | None = None
    activities: tuple[ActivityRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectiveRecord:
    key: str
    title: str
    children: tuple[ObjectiveRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class EnrollmentRecord:
    learner: str
    name: str = ""
    email: str = ""
    role: str = "learner"
    status: str = "enrolled"


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """Everything of a section but its events; writing it again with the same content changes nothing."""

    course_key: str
    course_title: str
    slug: str
    title: str
    time_zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    containers: tuple[ContainerRecord, ...]
    pages: tuple[PageRecord, ...] = ()
    """Pages directly under the course."""
    objectives: tuple[ObjectiveRecord, ...] = ()
    enrollments: tuple[EnrollmentRecord, ...] = ()
    credit: str = ""


def slug(text: str, fallback: str = "item") -> str:
    """The key form of a source id: ASCII, lower case, hyphens; stable on every machine and re-import."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or fallback

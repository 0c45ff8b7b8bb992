"""Values that say who looks at what, under which settings. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from oracles.contract import Scope, TenantId


class Role(StrEnum):
    """In what capacity somebody looks at a section."""

    INSTRUCTOR = "instructor"
    ASSISTANT = "assistant"
    OPERATOR = "operator"
    COMMAND = "command"
    """A management command on the server itself."""


MAY_SET = frozenset({Role.INSTRUCTOR, Role.OPERATOR})
"""Who may change what others see of a section; everybody else may look."""


class SupportThresholds(msgspec.Struct, frozen=True):
    """Student-support parameters in force. Percent integers; `progress_high` serves excelling and struggling."""

    inactivity_days: int = 7
    progress_low: int = 40
    progress_high: int = 80
    proficiency_low: int = 40
    proficiency_high: int = 80
    version: int = 0


class Semantics(msgspec.Struct, frozen=True):
    """The settings that change numbers (presentation does not): their digest is the config signature."""

    progress_threshold: int = 100
    proficiency_model: str = "naive"
    support: SupportThresholds = SupportThresholds()


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """One entry of the scope picker, in curriculum order."""

    address: str
    title: str
    kind: str
    depth: int
    container_id: int | None = None


@dataclass(frozen=True, slots=True)
class NotAConcern:
    """An instructor's word about a learner, while it holds."""

    learner_id: int
    until: datetime
    """Aware; from then on it holds no more."""
    reason: str
    """A code, or empty."""
    by: str
    """The account's name."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Some numbers as they stood before."""

    taken_at: datetime
    facts: tuple[tuple[str, float], ...]
    """Fact id and value, of those that are known and may be compared with today's."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What tiles say beside their numbers; it changes none of them and is in no file."""

    not_concerns: tuple[NotAConcern, ...] = ()
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class DashboardContext:
    """Who may see which scope: made in one place (`courses/access.py`) and passed as an argument everywhere."""

    scope: Scope
    role: Role
    user_id: int | None
    institution_slug: str
    section_slug: str
    section_title: str
    course_title: str
    time_zone: str
    semantics: Semantics = Semantics()
    credit: str = ""
    names_are_hidden: bool = False
    """Learners are called by codes everywhere in this institution."""
    beside: Beside = Beside()
    """Filled in for pages that paint tiles (`dashboard_project.web.beside`)."""

    @property
    def may_set(self) -> bool:
        """Whether this person may change what others see of the section."""
        return self.role in MAY_SET

    @property
    def tenant_id(self) -> TenantId:
        return self.scope.tenant_id

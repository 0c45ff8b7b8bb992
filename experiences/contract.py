"""What every experience is told: who acts, in which institution, and whether it is real. Pure.

The one source of the tenant (E5, D5): services take one of these contexts per call, and never an id beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from courses.contract import DashboardContext, Role
from oracles.contract import TenantId


class PreviewRefused(PermissionError):
    """Something was to be changed in a preview; nothing was (T-02)."""


class NotAllowed(PermissionError):
    """The person's role does not let them do this; nothing was changed."""


@dataclass(frozen=True, slots=True)
class SectionContext:
    """Who acts at one section. `dashboard` comes from `courses.access`, scoped to the whole course."""

    dashboard: DashboardContext
    is_preview: bool = False
    """Nothing may be written."""

    def __post_init__(self) -> None:
        if not isinstance(self.dashboard, DashboardContext):
            raise TypeError(f"expected a context from courses.access, got {type(self.dashboard).__name__}")

    @property
    def tenant_id(self) -> TenantId:
        return self.dashboard.tenant_id

    @property
    def section_id(self) -> int:
        return self.dashboard.scope.section_id

    @property
    def user_id(self) -> int | None:
        """`None` is a command on the server."""
        return self.dashboard.user_id

    @property
    def role(self) -> Role:
        return self.dashboard.role


@dataclass(frozen=True, slots=True)
class InstructorContext:
    """One person in one institution, with the sections they teach there."""

    tenant_id: TenantId
    user_id: int
    time_zone: str
    """IANA name: the institution's."""
    sections: tuple[DashboardContext, ...] = field(default=())
    is_preview: bool = False

    def __post_init__(self) -> None:
        if any(section.tenant_id != self.tenant_id for section in self.sections):
            raise ValueError(f"expected sections of tenant {self.tenant_id} only")


type Context = SectionContext | InstructorContext


def place_of(context: SectionContext) -> tuple[TenantId, int]:
    """Tenant and section: to be called first by whatever reads of a section.

    Raises:
        TypeError: there is no context, so nobody knows whose data is meant.
    """
    _require(context, SectionContext)
    return context.tenant_id, context.section_id


def whose(context: InstructorContext) -> tuple[TenantId, int]:
    """Tenant and person: to be called first by whatever reads of a person.

    Raises:
        TypeError: there is no context.
    """
    _require(context, InstructorContext)
    return context.tenant_id, context.user_id


def writable_place_of(context: SectionContext) -> tuple[TenantId, int]:
    """Tenant and section, for whatever writes.

    Raises:
        TypeError: there is no context.
        PreviewRefused: it is a preview.
    """
    place = place_of(context)
    require_writable(context)
    return place


def require_writable(context: Context) -> None:
    """To be called first by whatever writes.

    Raises:
        TypeError: there is no context.
        PreviewRefused: the context is a preview.
    """
    _require(context, SectionContext, InstructorContext)
    if context.is_preview:
        raise PreviewRefused("this is a preview: nothing can be changed in it")


def _require(context: object, *kinds: type) -> None:
    if not isinstance(context, kinds):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise TypeError(f"expected a {names}, got {type(context).__name__}")


class Availability(StrEnum):
    """Of one block of an experience: a source that failed marks its own block, the rest still shows (O-16)."""

    READY = "ready"
    NO_DATA = "no_data"
    STALE = "stale"
    """There, and older than the feed promises."""
    UNAVAILABLE = "unavailable"

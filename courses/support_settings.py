"""The student-support thresholds of a section: shared by its instructors, with a history and without lost changes.

Rules:
- Whoever saves says which version they had before them; when that is not the newest any more, nothing is changed and
  the newest change is given back. So is a change that changes nothing: it makes no version and no history.
- Every change moves the section's `settings` stamp in its own transaction. Telling open dashboards is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from courses.audit import Actor
from courses.contract import DashboardContext, SupportThresholds
from courses.models import SupportChange, SupportParameters
from courses.moving import move_settings
from oracles.contract import Scope

FIELDS = ("inactivity_days", "progress_low", "progress_high", "proficiency_low", "proficiency_high")
INACTIVITY_DAYS = (7, 14, 30, 90)
DEFAULTS = SupportThresholds()
SHOWN = 50
"""Entries of the history that a page shows."""


class NotPermitted(PermissionError):
    """Whoever asks may look at the section and may not change its settings."""


def require_may_set(context: DashboardContext) -> None:
    """An instructor's or an operator's context.

    Raises:
        NotPermitted: an assistant's context, or a command's.
    """
    if not context.may_set:
        raise NotPermitted(f"expected an instructor or an operator, got {context.role}")


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history; both sides carry their version."""

    at: datetime
    actor: str
    """A pseudonym: `user-7`."""
    actor_name: str
    is_reset: bool
    before: SupportThresholds
    after: SupportThresholds

    @property
    def differences(self) -> tuple[tuple[str, int, int], ...]:
        """Name, old and new value of every field that is not what it was."""
        return tuple(
            (name, old, new)
            for name in FIELDS
            if (old := getattr(self.before, name)) != (new := getattr(self.after, name))
        )


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants, having seen the thresholds of version `seen`."""

    wanted: SupportThresholds
    seen: int
    is_reset: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    change: Change


@dataclass(frozen=True, slots=True)
class Unchanged:
    """They are as wanted already."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody saved meanwhile: `current` is in force, by these changes, newest first."""

    current: SupportThresholds
    changes: tuple[Change, ...]


type Outcome = Saved | Unchanged | Conflict


def thresholds_of(scope: Scope) -> SupportThresholds:
    """Those in force in the scope's section: saved ones, or the defaults as version 0."""
    saved = _saved(scope).first()
    if saved is None:
        return DEFAULTS
    return SupportThresholds(**{name: getattr(saved, name) for name in FIELDS}, version=saved.version)


def changes_of(scope: Scope, since: int = 0) -> tuple[Change, ...]:
    """The newest changes of the section, those after version `since` only; newest first."""
    rows = _changes(scope).filter(version__gt=since).order_by("-version")[:SHOWN]
    return tuple(_change(row) for row in rows)


def save(context: DashboardContext, edit: Edit, actor: Actor, at: datetime) -> Outcome:
    """The wanted thresholds are in force and in the history, unless somebody was first.

    Raises:
        NotPermitted: an assistant's context, or a command's.
    """
    require_may_set(context)
    scope = context.scope
    with transaction.atomic():
        move_settings(scope)
        current = thresholds_of(scope)
        if current.version != edit.seen:
            conflict = Conflict(current, changes_of(scope, edit.seen))
            transaction.set_rollback(True)
            return conflict
        if _values(current) == _values(edit.wanted):
            transaction.set_rollback(True)
            return Unchanged()
        return Saved(_write(context, current, edit, actor, at))


def _write(context: DashboardContext, current: SupportThresholds, edit: Edit, actor: Actor, at: datetime) -> Change:
    after = msgspec.structs.replace(edit.wanted, version=current.version + 1)
    scope, values = context.scope, {**_values(after), "version": after.version}
    if not _saved(scope).exists():
        SupportParameters.objects.for_tenant(scope.tenant_id).create(section_id=scope.section_id)
    _saved(scope).update(**values, changed_by=context.user_id, changed_at=at)
    row = SupportChange.objects.for_tenant(scope.tenant_id).create(
        section_id=scope.section_id,
        version=after.version,
        at=at,
        actor=actor.pseudonym,
        actor_name=actor.name[:150],
        kind=SupportChange.Kind.RESET if edit.is_reset else SupportChange.Kind.SAVED,
        before=_values(current),
        after=_values(after),
    )
    return _change(row)


def _change(row: SupportChange) -> Change:
    return Change(
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        is_reset=row.kind == SupportChange.Kind.RESET,
        before=_thresholds(row.before, row.version - 1),
        after=_thresholds(row.after, row.version),
    )


def _values(thresholds: SupportThresholds) -> dict[str, int]:
    return {name: getattr(thresholds, name) for name in FIELDS}


def _thresholds(values: Mapping[str, int], version: int) -> SupportThresholds:
    return msgspec.convert({**values, "version": version}, SupportThresholds)


def _saved(scope: Scope) -> QuerySet[SupportParameters]:
    return SupportParameters.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id)


def _changes(scope: Scope) -> QuerySet[SupportChange]:
    return SupportChange.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id)

"""Writes down who was given what, before it is handed over: without the entry there is nothing to hand over."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from getpass import getuser
from hashlib import blake2b
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction

from courses.contract import DashboardContext
from courses.models import AuditEntry, Institution
from courses.queries.people import learners_of


class NotRecorded(Exception):
    """The entry could not be written; what it was about must not be handed over."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asked: a pseudonym that may stand in a file, and the account's name, which may not."""

    pseudonym: str
    name: str = ""


def whoever_runs_this() -> Actor:
    """The account under which a management command runs."""
    try:
        name = getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        name = f"uid-{os.getuid()}"
    return Actor("command", name)


@dataclass(frozen=True, slots=True)
class Handover:
    """What is about to be handed over; `rows` are those that name a learner."""

    action: AuditEntry.Action
    scope: str
    rows: int
    sha256: str
    request_id: str
    details: Mapping[str, object] = field(default_factory=dict)


def record(context: DashboardContext, actor: Actor, handover: Handover, at: datetime) -> None:
    """The entry is committed.

    Raises:
        NotRecorded: the database did not take it.
    """
    entries = AuditEntry.objects.for_tenant(context.tenant_id)
    try:
        with transaction.atomic(durable=True):
            entries.create(
                at=at,
                actor=actor.pseudonym,
                actor_name=actor.name[:150],
                action=handover.action,
                section=context.section_slug,
                scope=handover.scope,
                rows=handover.rows,
                sha256=handover.sha256,
                request_id=handover.request_id,
                details=dict(handover.details),
            )
    except DatabaseError as error:
        raise NotRecorded("the audit entry could not be written") from error


def note_view(context: DashboardContext, account: str, at: datetime) -> bool:
    """It is written down that this person opened pages of the section that name learners: once a day of the section.

    Returns whether this was the first time. Nothing is written where names are hidden or nobody is enrolled. One
    statement where it is known already. Raises DatabaseError.
    """
    day = at.astimezone(ZoneInfo(context.time_zone)).date().isoformat()
    actor = f"user-{context.user_id}"
    said = f"{context.scope.section_id}:{actor}:{day}"
    request_id = blake2b(said.encode(), digest_size=16).hexdigest()
    entries = AuditEntry.objects.for_tenant(context.tenant_id)
    if entries.filter(action=AuditEntry.Action.VIEW, request_id=request_id).exists():
        return False
    rows = _named(context)
    if not rows:
        return False
    entry = AuditEntry(
        at=at,
        actor=actor,
        actor_name=account[:150],
        action=AuditEntry.Action.VIEW,
        section=context.section_slug,
        scope="course",
        rows=rows,
        request_id=request_id,
        details={"day": day, "role": context.role.value},
    )
    # Two pages at once: the second finds the first one's entry there.
    entries.bulk_create([entry], ignore_conflicts=True)
    return True


def _named(context: DashboardContext) -> int:
    """How many learners the section's pages name."""
    if Institution.objects.filter(pk=context.tenant_id, names_hidden_since__isnull=False).exists():
        return 0
    return learners_of(context.tenant_id, context.scope.section_id).count()

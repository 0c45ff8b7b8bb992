"""Writes down who was given what, before it is handed over: without the entry there is nothing to hand over."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from getpass import getuser

from django.db import DatabaseError, transaction

from courses.contract import DashboardContext
from courses.models import AuditEntry


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

"""Hides the names of an institution's learners everywhere, or shows them again.

The switch is read by the oracles (`oracles/instructor/naming.py`). Turning it moves the roster of every section, so
that no kept answer is found any more, and its settings, so that open dashboards look up anew what they may show; they
follow within seconds, and kept snapshots with names in them are not handed out any more.
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from courses.audit import Actor
from courses.models import AuditEntry, Institution, Section
from ingest.stamps import forget_names, move
from ingest.structure.header import lock_stamps
from oracles.contract import Domain, TenantId


@transaction.atomic
def hide_names(tenant_id: TenantId, actor: Actor, at: datetime, *, is_hidden: bool) -> bool:
    """The institution's names are hidden, or shown; returns whether that is a change. Written down if it is."""
    institution = Institution.objects.select_for_update().get(pk=tenant_id)
    if (institution.names_hidden_since is not None) is is_hidden:
        return False
    Institution.objects.filter(pk=tenant_id).update(names_hidden_since=at if is_hidden else None)
    sections = list(Section.objects.for_tenant(tenant_id).values_list("pk", flat=True))
    lock_stamps(tenant_id, sections)
    move(tenant_id, sections, [Domain.ROSTER, Domain.SETTINGS])
    forget_names(tenant_id, sections)
    _write_down(tenant_id, actor, at, is_hidden=is_hidden)
    return True


def _write_down(tenant_id: TenantId, actor: Actor, at: datetime, *, is_hidden: bool) -> None:
    AuditEntry.objects.for_tenant(tenant_id).create(
        at=at,
        actor=actor.pseudonym,
        actor_name=actor.name[:150],
        action=AuditEntry.Action.NAMES_HIDDEN if is_hidden else AuditEntry.Action.NAMES_SHOWN,
        rows=0,
        request_id=uuid4().hex,
    )

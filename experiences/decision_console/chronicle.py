"""Writes down what happened to a decision, in the transaction in which it happens (K-13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from django.contrib.auth import get_user_model

from courses.contract import Role
from experiences.contract import SectionContext
from experiences.decision_console.contract import DecidedBy, HistoryEntry, Wording
from experiences.decision_console.models import Decision, DecisionEvent
from oracles.contract import TenantId

LATEST = 100


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does something at a section, and when."""

    tenant_id: TenantId
    section_id: int
    user_id: int | None
    actor: str
    """Pseudonym."""
    name: str
    decided_by: DecidedBy
    now: datetime


def hand_of(context: SectionContext, now: datetime, *, is_bulk: bool = False) -> Hand:
    """The person of this context; without one it is the machine."""
    if context.user_id is None or context.role is Role.COMMAND:
        return machine(context.tenant_id, context.section_id, now)
    account = get_user_model().objects.filter(pk=context.user_id).first()
    name = account.get_username() if account else ""
    decided_by = DecidedBy.HUMAN_BULK if is_bulk else DecidedBy.HUMAN
    actor = f"user-{context.user_id}"
    return Hand(context.tenant_id, context.section_id, context.user_id, actor, name[:150], decided_by, now)


def machine(tenant_id: TenantId, section_id: int, now: datetime) -> Hand:
    """Nobody: the clock, or the outbox."""
    return Hand(tenant_id, section_id, None, "machine", "", DecidedBy.MACHINE, now)


def note(hand: Hand, decision: Decision, event: str, before: Mapping[str, object], after: Mapping[str, object]) -> None:
    """The entry stands when the caller's transaction commits, and cannot be changed."""
    DecisionEvent.objects.for_tenant(hand.tenant_id).create(
        section_id=hand.section_id,
        decision=decision,
        at=hand.now,
        event=event,
        decided_by=hand.decided_by,
        actor=hand.actor,
        actor_name=hand.name,
        version=decision.version,
        before=dict(before),
        after=dict(after),
    )


def changed(before: Wording, after: Wording) -> tuple[dict[str, object], dict[str, object]]:
    """Both sides of the fields that an edit changed."""
    names = [one.name for one in fields(Wording) if getattr(before, one.name) != getattr(after, one.name)]
    return {name: _plain(getattr(before, name)) for name in names}, {
        name: _plain(getattr(after, name)) for name in names
    }


def history(tenant_id: TenantId, section_id: int, decision_id: int | None = None) -> tuple[HistoryEntry, ...]:
    """The newest entries of the section, or those of one decision."""
    rows = DecisionEvent.objects.for_tenant(tenant_id).filter(section_id=section_id)
    if decision_id is not None:
        rows = rows.filter(decision_id=decision_id)
    return tuple(
        HistoryEntry(
            at=row.at,
            decision_id=row.decision_id,
            event=row.event,
            decided_by=DecidedBy(row.decided_by),
            actor=row.actor,
            actor_name=row.actor_name,
            version=row.version,
            before=row.before,
            after=row.after,
        )
        for row in rows.order_by("-pk")[:LATEST]
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value

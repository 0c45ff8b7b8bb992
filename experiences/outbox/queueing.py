"""Mail goes into the outbox in the transaction that decides on it: both are stored, or neither."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from experiences.outbox.contract import Mail, Status
from experiences.outbox.models import OutgoingMail
from oracles.contract import TenantId


def enqueue(tenant_id: TenantId, mails: Sequence[Mail], now: datetime) -> frozenset[str]:
    """Every mail is in the outbox when the caller's transaction commits; returns the keys that were not there before.

    Raises:
        TransactionManagementError: there is no transaction around the call.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("expected the transaction that decided on the mail")
    call, rows = uuid4().hex, OutgoingMail.objects.for_tenant(tenant_id)
    rows.bulk_create([_row(mail, call, now) for mail in mails], ignore_conflicts=True)
    return frozenset(rows.filter(enqueued_by=call).values_list("key", flat=True))


def cancel(tenant_id: TenantId, keys: Collection[str], now: datetime) -> frozenset[str]:
    """Those that had not yet left never will; returns their keys."""
    rows = OutgoingMail.objects.for_tenant(tenant_id).filter(key__in=keys)
    rows.filter(status=Status.QUEUED).update(status=Status.CANCELLED, ended_at=now)
    return frozenset(rows.filter(status=Status.CANCELLED).values_list("key", flat=True))


def waiting_since(tenant_id: TenantId, before: datetime) -> int:
    """Mail that should have left, or been tried again, before that moment."""
    return OutgoingMail.objects.for_tenant(tenant_id).filter(status=Status.QUEUED, due_at__lte=before).count()


def statuses(tenant_id: TenantId, keys: Collection[str]) -> Mapping[str, Status]:
    """Where these mails stand; a key that was never stored is left out."""
    rows = OutgoingMail.objects.for_tenant(tenant_id).filter(key__in=keys)
    return {key: Status(status) for key, status in rows.values_list("key", "status")}


def _row(mail: Mail, call: str, now: datetime) -> OutgoingMail:
    return OutgoingMail(
        key=mail.key,
        kind=mail.kind,
        learner_id=mail.learner_id,
        to=mail.to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=[list(header) for header in mail.headers],
        due_at=mail.not_before or now,
        enqueued_by=call,
        enqueued_at=now,
    )

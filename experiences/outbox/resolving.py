"""What people say of mail that failed, or of which nobody knows whether it has left."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from experiences.outbox.contract import OUTCOMES, RESOLVABLE, Resolution, Status
from experiences.outbox.models import OutgoingMail
from oracles.contract import TenantId


def resolve(
    tenant_id: TenantId, keys: Collection[str], resolution: Resolution, by: str, now: datetime
) -> frozenset[str]:
    """What failed or is unknown stands as the person said; returns the keys of which that was so.

    `by` is a pseudonym. What is to be sent again is due at once and has all its attempts anew.
    """
    rows = OutgoingMail.objects.for_tenant(tenant_id).filter(key__in=keys, status__in=RESOLVABLE)
    return frozenset(
        key
        for key in rows.values_list("key", flat=True)
        if rows.filter(key=key).update(**_values(resolution, now), resolved_by=by)
    )


def _values(resolution: Resolution, now: datetime) -> dict[str, object]:
    status = OUTCOMES[resolution]
    if status is Status.QUEUED:
        return {"status": status, "due_at": now, "attempts": 0, "claim": "", "claimed_at": None, "ended_at": None}
    return {"status": status, "ended_at": now}

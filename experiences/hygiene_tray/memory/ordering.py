"""A person's own order of a section's issues; of two changes made at once, one is told that it came second."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from experiences.hygiene_tray.issues import Outcome
from experiences.hygiene_tray.memory.reading import blocking
from experiences.hygiene_tray.models import TrayOrder
from oracles.contract import TenantId


def reorder(tenant_id: TenantId, section_id: int, user_id: int, ids: Sequence[int], version: int) -> Outcome:
    """The order is this one, if it is still of that version, and names every issue to be closed exactly once."""
    with transaction.atomic():
        wanted = sorted(issue.id for issue in blocking(tenant_id, section_id))
        if sorted(ids) != wanted:
            return Outcome.ILLEGAL
        if version == 0:
            return _first(tenant_id, section_id, user_id, ids)
        rows = TrayOrder.objects.for_tenant(tenant_id).filter(section=section_id, user=user_id, version=version)
        moved = rows.update(issues=list(ids), version=F("version") + 1)
    return Outcome.APPLIED if moved else Outcome.CONFLICT


def _first(tenant_id: TenantId, section_id: int, user_id: int, ids: Sequence[int]) -> Outcome:
    try:
        with transaction.atomic():
            TrayOrder.objects.for_tenant(tenant_id).create(section_id=section_id, user_id=user_id, issues=list(ids))
    except IntegrityError:
        return Outcome.CONFLICT
    return Outcome.APPLIED

"""What is in the database after statements were sent."""

from __future__ import annotations

from uuid import UUID

from courses.models import Institution, LearningEvent
from oracles.contract import TenantId


def stored(institution: Institution) -> list[UUID]:
    rows = LearningEvent.objects.for_tenant(TenantId(institution.pk)).order_by("event_id")
    return list(rows.values_list("event_id", flat=True))

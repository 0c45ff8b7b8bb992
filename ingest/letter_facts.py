"""How many dead letters of a section wait, by reason: for whoever shows them without knowing what a letter is."""

from __future__ import annotations

from django.db.models import Count, Max, Min

from courses.quality_facts import LetterFacts
from ingest.models import DeadLetter
from oracles.contract import TenantId


def letter_facts(tenant_id: TenantId, section_id: int) -> tuple[LetterFacts, ...]:
    """The section's waiting letters, by reason: one query."""
    waiting = DeadLetter.objects.for_tenant(tenant_id).filter(section=section_id, status=DeadLetter.Status.WAITING)
    rows = waiting.values_list("reason").annotate(Count("pk"), Min("first_failed_at"), Max("last_failed_at"))
    return tuple(LetterFacts(*row) for row in rows.order_by("reason"))

"""What learners are called, where somebody may be told."""

from __future__ import annotations

from collections.abc import Collection

from courses.models import Enrollment, Institution
from oracles.contract import TenantId


def names_of(tenant_id: TenantId, section_id: int, learners: Collection[int]) -> dict[int, tuple[str, str]]:
    """Learner id → external id and name, of those on the section's roster."""
    rows = Enrollment.objects.for_tenant(tenant_id).filter(section=section_id, learner__in=learners)
    told = rows.values_list("learner_id", "learner__external_id", "learner__name")
    return {learner: (external_id, name) for learner, external_id, name in told}


def are_names_hidden(tenant_id: TenantId) -> bool:
    """The institution has codes shown instead."""
    return Institution.objects.filter(pk=tenant_id, names_hidden_since__isnull=False).exists()

"""Who the learners of a section are, and what they are called, where somebody may be told."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from courses.models import Enrollment, Institution
from oracles.contract import TenantId


def learners_of(tenant_id: TenantId, section_id: int) -> QuerySet[Enrollment]:
    """The enrolments whose learners count."""
    return Enrollment.objects.for_tenant(tenant_id).filter(Enrollment.counted(), section=section_id)


def enrolled_among(tenant_id: TenantId, section_id: int, learners: Collection[int]) -> set[int]:
    """Those of these learners who count in the section."""
    rows = learners_of(tenant_id, section_id).filter(learner__in=learners)
    return set(rows.values_list("learner_id", flat=True))


def names_of(tenant_id: TenantId, section_id: int, learners: Collection[int]) -> dict[int, tuple[str, str]]:
    """Learner id → external id and name, of those on the section's roster."""
    rows = Enrollment.objects.for_tenant(tenant_id).filter(section=section_id, learner__in=learners)
    told = rows.values_list("learner_id", "learner__external_id", "learner__name")
    return {learner: (external_id, name) for learner, external_id, name in told}


def are_names_hidden(tenant_id: TenantId) -> bool:
    """The institution has codes shown instead."""
    return Institution.objects.filter(pk=tenant_id, names_hidden_since__isnull=False).exists()

"""Section stamps moved outside of a batch: who moves one has locked it (`ingest.structure.header.lock_stamps`)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F

from courses.models import SectionStamp
from ingest.hints import announce
from oracles.contract import Domain, TenantId


def move(tenant_id: TenantId, sections: Collection[int], domains: Collection[Domain]) -> None:
    """These domains count one further; whoever looks at the sections is told after the commit."""
    steps = {domain.value: F(domain.value) + 1 for domain in domains}
    SectionStamp.objects.for_tenant(tenant_id).filter(section_id__in=sections).update(**steps)
    announce(tenant_id, sections)


def forget_names(tenant_id: TenantId, sections: Collection[int]) -> None:
    """What was kept of these sections until now is not shown again: it may hold names that may not be shown."""
    stamps = SectionStamp.objects.for_tenant(tenant_id).filter(section_id__in=sections)
    stamps.update(names_from=F("roster"))

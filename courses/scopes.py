"""What there is to know of a scope whose tenant is settled: how far its data has moved, and where it lies."""

from __future__ import annotations

from datetime import datetime

from courses.models import Container, LearningEvent, SectionStamp
from oracles.contract import DataStamp, Scope


class ScopeGone(LookupError):
    """The container that was looked at is no longer in its section."""


def stamp_of(scope: Scope, database: str = "default") -> DataStamp:
    """How far the section's data has moved; zero before the first write."""
    rows = SectionStamp.objects.using(database).for_tenant(scope.tenant_id)
    row = rows.filter(section_id=scope.section_id).first()
    if row is None:
        return DataStamp()
    return DataStamp(row.structure, row.roster, row.progress, row.evidence, row.scores, row.settings, row.as_of)


def arrival_of(scope: Scope, as_of: datetime | None, database: str = "default") -> datetime | None:
    """When the section's event of this moment was stored, the first of them."""
    if as_of is None:
        return None
    events = LearningEvent.objects.using(database).for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
    return events.filter(timestamp=as_of).order_by("stored").values_list("stored", flat=True).first()


def names_from(scope: Scope) -> int:
    """The oldest roster, by its counter, of which names may still be shown; 0 where every one may."""
    rows = SectionStamp.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
    return rows.values_list("names_from", flat=True).first() or 0


def span_of(scope: Scope, database: str = "default") -> tuple[int, int] | None:
    """First and last curriculum position inside the scope; `None` is the whole course.

    Raises:
        ScopeGone: the container is no longer there.
    """
    if scope.container_id is None:
        return None
    rows = Container.objects.using(database).for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
    found = rows.filter(pk=scope.container_id).values_list("position", "last_position").first()
    if found is None:
        raise ScopeGone(f"container {scope.container_id} is no longer in its section")
    return found

"""What there is to know of a scope whose tenant is settled: how far its data has moved, and where it lies."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from courses.models import Container, LearningEvent, SectionStamp
from oracles.contract import DataStamp, Domain, Scope

COLUMNS = (*(domain.value for domain in Domain), "as_of", "arrived_at")
"""In the order of DataStamp."""


class ScopeGone(LookupError):
    """The container that was looked at is no longer in its section."""


def stamp_of(scope: Scope, database: str = "default") -> DataStamp:
    """How far the section's data has moved; zero before the first write."""
    rows = SectionStamp.objects.using(database).for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
    events = LearningEvent.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
    newest = events.filter(timestamp=OuterRef("as_of")).order_by("stored").values("stored")[:1]
    found = rows.annotate(arrived_at=Subquery(newest)).values_list(*COLUMNS).first()
    return DataStamp() if found is None else DataStamp(*found)


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

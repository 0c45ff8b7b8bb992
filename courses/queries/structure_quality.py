"""The section and its pages, as the detectors of the hygiene tray need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef

from courses.models import Activity, ActivityObjective, Container, Objective, Page, Section
from courses.quality_facts import PageFacts, SectionFacts
from courses.queries.people import learners_of
from courses.scopes import stamp_of
from oracles.contract import Scope, TenantId


def section_facts(tenant_id: TenantId, section_id: int) -> SectionFacts:
    """The section's dates, its size, and how far its events reach: four queries."""
    section = Section.objects.for_tenant(tenant_id).get(pk=section_id)
    return SectionFacts(
        starts_at=section.starts_at,
        ends_at=section.ends_at,
        as_of=stamp_of(Scope(tenant_id, section_id)).as_of,
        learners=learners_of(tenant_id, section_id).count(),
        objectives=Objective.objects.for_tenant(tenant_id).filter(section=section_id).count(),
    )


def page_facts(tenant_id: TenantId, section_id: int) -> tuple[PageFacts, ...]:
    """Every visible page in curriculum order: three queries."""
    pages = Page.objects.for_tenant(tenant_id).filter(section=section_id, hidden=False)
    rows = pages.annotate(total=Count("activities")).order_by("position", "pk")
    spans, loose = _hidden_spans(tenant_id, section_id), _loose(tenant_id, section_id)
    return tuple(
        PageFacts(
            page_id=row.pk,
            key=row.key,
            title=row.title,
            gradebook_title=row.gradebook_title,
            graded=row.graded,
            weight=row.weight,
            available_from=row.available_from,
            due_at=row.due_at,
            attempts_allowed=row.attempts_allowed,
            late_work=row.late_work,
            scoring=row.scoring,
            activities=row.total,
            loose=tuple(loose[row.pk]),
        )
        for row in rows
        if not any(first <= row.position <= last for first, last in spans)
    )


def pages_between(tenant_id: TenantId, section_id: int, first: int, last: int) -> frozenset[int]:
    """Ids of the pages in a span of the curriculum."""
    pages = Page.objects.for_tenant(tenant_id).filter(section=section_id, position__range=(first, last))
    return frozenset(pages.values_list("pk", flat=True))


def _hidden_spans(tenant_id: TenantId, section_id: int) -> list[tuple[int, int]]:
    hidden = Container.objects.for_tenant(tenant_id).filter(section=section_id, hidden=True)
    return list(hidden.values_list("position", "last_position"))


def _loose(tenant_id: TenantId, section_id: int) -> dict[int, list[int]]:
    """Page → its activities without an objective."""
    links = ActivityObjective.objects.for_tenant(tenant_id).filter(activity=OuterRef("pk"))
    rows = Activity.objects.for_tenant(tenant_id).filter(~Exists(links), section=section_id)
    found: dict[int, list[int]] = defaultdict(list)
    for page, activity in rows.order_by("page_id", "pk").values_list("page_id", "pk"):
        found[page].append(activity)
    return found


def containers_of(tenant_id: TenantId, section_id: int, pages: Collection[int]) -> dict[int, str]:
    """Page id → key of the container it is in; pages of the course itself are left out."""
    rows = Page.objects.for_tenant(tenant_id).filter(section=section_id, pk__in=pages, container__isnull=False)
    return dict(rows.values_list("pk", "container__key"))

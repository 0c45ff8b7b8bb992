"""The keys of one section, resolved once: which learner, page and activity a record means."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from courses.models import Activity, Enrollment, Page
from ingest.records import EventRecord
from ingest.validation import Unacceptable
from oracles.contract import TenantId


@dataclass(frozen=True, slots=True)
class IndexedPage:
    page_id: int
    graded: bool
    activities: int
    """How many activities are on it."""


@dataclass(frozen=True, slots=True)
class IndexedActivity:
    activity_id: int
    page_id: int


@dataclass(frozen=True, slots=True)
class SectionIndex:
    """Everything of one section that a record may name. A key that is not here does not exist for this section."""

    learners: dict[str, int]
    pages: dict[str, IndexedPage]
    activities: dict[str, IndexedActivity]

    def place(self, record: EventRecord) -> tuple[int, IndexedPage, int | None]:
        """Learner id, page and activity id that the record means.

        Raises:
            Unacceptable: it names something that this section does not have.

        """
        learner = self.learners.get(record.learner)
        if learner is None:
            raise Unacceptable("unknown_learner", f"no learner {record.learner!r} in this section")
        page = self.pages.get(record.page)
        if page is None:
            raise Unacceptable("unknown_page", f"no page {record.page!r} in this section")
        if record.activity is None:
            return learner, page, None
        activity = self.activities.get(record.activity)
        if activity is None:
            raise Unacceptable("unknown_activity", f"no activity {record.activity!r} in this section")
        if activity.page_id != page.page_id:
            raise Unacceptable("activity_elsewhere", f"activity {record.activity!r} is not on page {record.page!r}")
        return learner, page, activity.activity_id


def load_index(tenant_id: TenantId, section_id: int) -> SectionIndex:
    """The section's keys as they are stored now: three queries."""
    roster = Enrollment.objects.for_tenant(tenant_id).filter(section=section_id)
    pages = Page.objects.for_tenant(tenant_id).filter(section=section_id).annotate(total=Count("activities"))
    activities = Activity.objects.for_tenant(tenant_id).filter(section=section_id)
    return SectionIndex(
        dict(roster.values_list("learner__external_id", "learner_id")),
        {
            key: IndexedPage(page_id, graded, total)
            for key, page_id, graded, total in pages.order_by("id").values_list("key", "pk", "graded", "total")
        },
        {
            key: IndexedActivity(activity_id, page_id)
            for key, activity_id, page_id in activities.values_list("key", "pk", "page_id")
        },
    )

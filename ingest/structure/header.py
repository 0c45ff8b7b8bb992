"""The course and the section themselves, and the stamps that every writer locks first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from courses.models import Course, Section, SectionStamp
from ingest.records import SectionRecord
from ingest.structure.changes import Changes, bring
from ingest.structure.report import Counts
from oracles.contract import TenantId


@dataclass(frozen=True, slots=True)
class Head:
    course: Counts
    section: Counts
    touched: frozenset[int]
    """Sections whose pages show the course title that has just changed."""


def find_or_make_section(tenant_id: TenantId, record: SectionRecord) -> tuple[Section, Head]:
    """The stored section with the record's title, dates and credit, and a stamp row."""
    courses = Course.objects.for_tenant(tenant_id)
    course_changes = bring(
        courses,
        {course.key: course for course in courses.filter(key=record.course_key)},
        {record.course_key: {"title": record.course_title}},
        {"institution_id": tenant_id, "key": record.course_key},
    )
    course = course_changes.rows[record.course_key]
    sections = Section.objects.for_tenant(tenant_id)
    section_changes = bring(
        sections,
        {section.slug: section for section in sections.filter(slug=record.slug)},
        {record.slug: _values(record, course)},
        {"institution_id": tenant_id, "slug": record.slug},
    )
    section = section_changes.rows[record.slug]
    SectionStamp.objects.for_tenant(tenant_id).get_or_create(section=section, defaults={"institution_id": tenant_id})
    touched = sections.filter(course=course).values_list("pk", flat=True) if course_changes.changed else ()
    return section, Head(_counts(course_changes), _counts(section_changes), frozenset(touched))


def lock_stamps(tenant_id: TenantId, sections: Collection[int]) -> None:
    """No other writer touches these sections until the transaction ends. Locked in one order, so none deadlock."""
    stamps = SectionStamp.objects.for_tenant(tenant_id).filter(section_id__in=sections)
    list(stamps.order_by("section_id").select_for_update().values_list("pk", flat=True))


def _values(record: SectionRecord, course: Course) -> dict[str, object]:
    return {
        "course_id": course.pk,
        "title": record.title,
        "time_zone": record.time_zone,
        "starts_at": record.starts_at,
        "ends_at": record.ends_at,
        "credit": record.credit,
    }


def _counts(changes: Changes[Course] | Changes[Section]) -> Counts:
    return Counts(changes.created, len(changes.changed), changes.unchanged)

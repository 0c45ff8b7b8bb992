"""A stored section becomes a bundle: the same rows give the same bytes, wherever they are stored.

Pages of the course itself come before those of containers, as an import numbers them: a page that was put away, and is
stored last, is read back in the same place. An event at an activity stands on the page where the activity is now.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from operator import attrgetter
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce

from courses.models import Activity, ActivityObjective, Container, Enrollment, LearningEvent, Objective, Page, Section
from ingest.adapters.bundle import schema
from ingest.adapters.bundle.cells import write_cell
from ingest.adapters.bundle.schema import Cell, Table, data_package
from oracles.contract import TenantId

Cells = Iterator[tuple[Cell, ...]]
EPOCH = (1980, 1, 1, 0, 0, 0)
CHUNK = 5_000


def _of_the_course_first(container: str) -> Case:
    return Case(When(**{f"{container}__isnull": True}, then=Value(0)), default=Value(1))


def write_bundle(tenant_id: TenantId, section: Section, out: Path) -> Mapping[str, int]:
    """Writes the bundle as a ZIP and returns the number of rows per table; the file appears only when whole."""
    partial = out.with_name(f".{out.name}.partial")
    try:
        counts = _write(tenant_id, section, partial)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return counts


def _write(tenant_id: TenantId, section: Section, out: Path) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for table in schema.TABLES:
            counts[table.name] = _write_table(archive, table, ROWS[table.name](tenant_id, section))
        package = json.dumps(data_package(section.slug, counts), indent=2, sort_keys=True)
        archive.writestr(_entry("datapackage.json"), package)
    return counts


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, date_time=EPOCH)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _write_table(archive: ZipFile, table: Table, rows: Cells) -> int:
    """One table, in pieces, so that memory does not grow with the events."""
    count = 0
    with archive.open(_entry(table.file), "w", force_zip64=True) as raw:
        raw.write(_csv([table.header]))
        for piece in _pieces(rows):
            raw.write(_csv(map(write_cell, row) for row in piece))
            count += len(piece)
    return count


def _pieces(rows: Cells) -> Iterator[list[tuple[Cell, ...]]]:
    piece: list[tuple[Cell, ...]] = []
    for row in rows:
        piece.append(row)
        if len(piece) == CHUNK:
            yield piece
            piece = []
    yield piece


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _course(_: TenantId, section: Section) -> Cells:
    yield (
        section.course.key,
        section.course.title,
        section.slug,
        section.title,
        section.time_zone,
        section.starts_at,
        section.ends_at,
        section.credit,
    )


def _containers(tenant: TenantId, section: Section) -> Cells:
    rows = Container.objects.for_tenant(tenant).filter(section=section).order_by("position")
    yield from rows.values_list("key", "parent__key", "title", "kind", "starts_at", "ends_at", "hidden")


def _pages(tenant: TenantId, section: Section) -> Cells:
    rows = Page.objects.for_tenant(tenant).filter(section=section)
    fields = (
        "key", "container__key", "title", "graded", "weight", "available_from", "due_at", "hidden",
        "attempts_allowed", "late_work", "scoring", "gradebook_title",
    )  # fmt: skip
    yield from rows.order_by(_of_the_course_first("container"), "position").values_list(*fields)


def _objectives(tenant: TenantId, section: Section) -> Cells:
    rows = Objective.objects.for_tenant(tenant).filter(section=section).order_by("position")
    yield from rows.values_list("key", "parent__key", "title")


def _activities(tenant: TenantId, section: Section) -> Cells:
    objectives: dict[int, list[str]] = defaultdict(list)
    links = ActivityObjective.objects.for_tenant(tenant).filter(activity__section=section)
    for activity, key in links.order_by("objective__position").values_list("activity_id", "objective__key"):
        objectives[activity].append(key)
    rows = Activity.objects.for_tenant(tenant).filter(section=section)
    in_order = rows.order_by(_of_the_course_first("page__container"), "page__position", "id")
    for number, key, page, title in in_order.values_list("pk", "key", "page__key", "title"):
        yield key, page, title, " ".join(objectives[number])


def _enrolled(tenant: TenantId, section: Section) -> list[Enrollment]:
    """Sorted here, because databases do not agree on the order of letters."""
    rows = Enrollment.objects.for_tenant(tenant).filter(section=section).select_related("learner")
    return sorted(rows, key=attrgetter("learner.external_id"))


def _learners(tenant: TenantId, section: Section) -> Cells:
    for row in _enrolled(tenant, section):
        yield row.learner.external_id, row.learner.name, row.learner.email


def _enrollments(tenant: TenantId, section: Section) -> Cells:
    for row in _enrolled(tenant, section):
        yield row.learner.external_id, row.role, row.status


def _events(tenant: TenantId, section: Section) -> Cells:
    rows = LearningEvent.objects.for_tenant(tenant).filter(section=section)
    on_page = Coalesce("activity__page__key", "page__key")
    fields = (
        "event_id", "learner__external_id", "verb", on_page, "activity__key", "timestamp", "sequence", "success",
        "attempts", "correct", "score", "out_of", "source", "result",
    )  # fmt: skip
    yield from rows.order_by("timestamp", "sequence", "event_id").values_list(*fields).iterator(CHUNK)


ROWS = {
    "course": _course,
    "containers": _containers,
    "pages": _pages,
    "objectives": _objectives,
    "activities": _activities,
    "learners": _learners,
    "enrollments": _enrollments,
    "events": _events,
}

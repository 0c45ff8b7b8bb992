"""A sink of the small section, and what stands in the tables after it has written."""

from __future__ import annotations

from django.db import connection

from courses.models import PageProgress, Section, SectionStamp
from ingest.rollups.statements import ROLLUPS
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.ingest.records import SECTION, START


def make_sink(tenant_id: TenantId) -> EventSink:
    report = write_section(tenant_id, SECTION)
    return EventSink(tenant_id, Section.objects.for_tenant(tenant_id).get(pk=report.section_id), lambda: START)


def stamp(tenant_id: TenantId) -> dict[str, object]:
    (row,) = SectionStamp.objects.for_tenant(tenant_id).values()
    return dict(row)


def progress(tenant_id: TenantId, page: str, learner: str = "s1") -> PageProgress:
    rows = PageProgress.objects.for_tenant(tenant_id)
    return rows.get(page__key=page, learner__external_id=learner)


def rollup_rows(section_id: int) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for rollup in ROLLUPS:
            columns = ", ".join(rollup.columns)
            cursor.execute(
                f"SELECT {columns} FROM {rollup.table} WHERE section_id = %s ORDER BY {columns}", [section_id]
            )
            found[rollup.name] = cursor.fetchall()
    return found

"""Two writers bring a structure at once: one waits for the other, and neither is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection, transaction

from courses.models import Course, Learner, Section
from ingest.records import SectionRecord
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.builders import make_institution, tenant
from tests.ingest.records import SECTION

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MOST_LOOKS = 100_000


def await_somebody_who_waits() -> None:
    """Another connection waits for what this transaction holds."""
    with connection.cursor() as cursor:
        for _ in range(MOST_LOOKS):
            cursor.execute("SELECT COUNT(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def write_elsewhere(tenant_id: TenantId, record: SectionRecord) -> None:
    try:
        write_section(tenant_id, record)
    finally:
        connection.close()


@pytest.mark.proves("P-03", "reliability:R8")
@pytest.mark.parametrize("slug", [SECTION.slug, "another"])
def test_the_second_waits_and_finds_what_the_first_made(slug: str) -> None:
    """The same new section, or another one of the same course with the same learners."""
    mine = tenant(make_institution())

    with ThreadPoolExecutor(1) as second:
        with transaction.atomic():
            write_section(mine, SECTION)
            written = second.submit(write_elsewhere, mine, replace(SECTION, slug=slug))
            await_somebody_who_waits()
        written.result()

    assert set(Section.objects.for_tenant(mine).values_list("slug", flat=True)) == {SECTION.slug, slug}
    assert Course.objects.for_tenant(mine).count() == 1
    assert Learner.objects.for_tenant(mine).count() == len(SECTION.enrollments)


def test_another_institution_does_not_wait() -> None:
    mine, theirs = tenant(make_institution()), tenant(make_institution("hillside"))

    with ThreadPoolExecutor(1) as second, transaction.atomic():
        write_section(mine, SECTION)
        second.submit(write_elsewhere, theirs, SECTION).result(30)

    assert Course.objects.for_tenant(theirs).count() == 1

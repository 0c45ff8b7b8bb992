"""The sink behind every intake: events of several sections in one transaction, whatever becomes of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection

from coordinator.writes.contract import End, Outcome, SinkUnavailable
from courses.models import Institution, LearningEvent, Section
from ingest.models import DeadLetter
from ingest.pipeline import PlacedSink, endings
from ingest.placing import Placed
from ingest.records import EventRecord, Verb
from oracles.contract import TenantId
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def looked(number: int, page: str = "unit-1-page-1") -> EventRecord:
    return EventRecord(UUID(int=number), "ext-ada", Verb.EXPERIENCED, page, builders.MOMENT, "test")


def placed(section: Section, number: int, **more: str) -> Placed:
    return Placed(TenantId(section.institution_id), section.pk, section.slug, looked(number, **more))


@pytest.fixture
def another(institution: Institution, section: Section) -> Section:
    other = builders.make_section(institution, "geometry")
    builders.make_page(other, "unit-1-page-1", 1)
    ada = section.enrollments.get(learner__external_id="ext-ada").learner
    builders.stored(type(section.enrollments.get(learner=ada)), institution.pk, section=other, learner=ada)
    return other


def count(institution: Institution) -> int:
    return LearningEvent.objects.for_tenant(TenantId(institution.pk)).count()


def test_outcomes_stand_in_the_order_of_the_batch_whatever_their_sections(
    section: Section, another: Section, institution: Institution
) -> None:
    batch = [placed(another, 1), placed(section, 2), placed(another, 3, page="nowhere"), placed(section, 2)]

    report = PlacedSink().write(batch)

    assert report.outcomes == (Outcome.WRITTEN, Outcome.WRITTEN, Outcome.DEAD_LETTERED, Outcome.DEDUPLICATED)
    assert [(one.index, one.code) for one in report.rejections] == [(2, "unknown_page")]
    assert [ending.end for ending in endings(report)] == [
        End.WRITTEN,
        End.WRITTEN,
        End.DEAD_LETTERED,
        End.DEDUPLICATED,
    ]
    assert count(institution) == 2


def test_events_of_a_section_that_was_deleted_meanwhile_are_dead_letters(
    section: Section, institution: Institution
) -> None:
    gone = replace(placed(section, 1), section_id=section.pk + 1_000)

    report = PlacedSink().write([gone, placed(section, 2)])

    letter = DeadLetter.objects.for_tenant(TenantId(institution.pk)).get()
    assert report.outcomes == (Outcome.DEAD_LETTERED, Outcome.WRITTEN)
    assert (letter.reason, letter.section_id) == ("unknown_section", None)


@pytest.mark.proves("P4")
def test_another_tenants_section_is_no_section(
    section: Section, institution: Institution, other_institution: Institution
) -> None:
    foreign = replace(placed(section, 1), tenant_id=TenantId(other_institution.pk))

    report = PlacedSink().write([foreign])

    assert (report.outcomes, count(institution), count(other_institution)) == ((Outcome.DEAD_LETTERED,), 0, 0)


@pytest.fixture
def broken_table() -> Iterator[None]:
    """The database answers, and cannot do what it is asked."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE courses_sectionstamp RENAME TO elsewhere")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE elsewhere RENAME TO courses_sectionstamp")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite calls a missing table an operational error")
def test_a_failure_writes_nothing_of_any_section_and_the_next_batch_works(
    section: Section, another: Section, institution: Institution, request: pytest.FixtureRequest
) -> None:
    sink = PlacedSink()
    sink.write([placed(section, 1)])
    request.getfixturevalue("broken_table")

    with pytest.raises(SinkUnavailable):
        sink.write([placed(another, 2), placed(section, 3)])

    assert count(institution) == 1


def test_only_so_many_sections_are_kept_in_mind(section: Section, another: Section) -> None:
    sink = PlacedSink(most_sinks=1)

    sink.write([placed(section, 1), placed(another, 2)])

    assert [section_id for _, section_id in sink._idle] == [another.pk]

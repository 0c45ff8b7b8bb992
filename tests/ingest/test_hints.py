"""One hint per section and commit; a hint that cannot be published harms nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import transaction

from courses.models import PageProgress, Section
from dashboard_project.apps import WiredHints
from ingest.hints import OUTLET, Hint, announce
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.ingest.records import SECTION, START, event

pytestmark = pytest.mark.django_db(transaction=True)


class Heard:
    """Who was told, in order; may be out of order itself."""

    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self.tried = 0
        self.is_broken = False

    def publish(self, hint: Hint) -> None:
        self.tried += 1
        if self.is_broken:
            raise ConnectionError("nobody there")
        self.hints.append(hint)


@pytest.fixture
def stored(mine: TenantId) -> Section:
    report = write_section(mine, SECTION)
    return Section.objects.for_tenant(mine).get(pk=report.section_id)


@pytest.fixture
def sink(mine: TenantId, stored: Section) -> EventSink:
    return EventSink(mine, stored, lambda: START)


@pytest.fixture
def heard(stored: Section) -> Iterator[Heard]:
    """Hears from now on: the section has been written before."""
    ear = Heard()
    OUTLET.lead_to(ear)
    yield ear
    OUTLET.lead_to(WiredHints())


def test_a_batch_is_one_hint_that_names_its_section(
    mine: TenantId, stored: Section, sink: EventSink, heard: Heard
) -> None:
    sink.write([event(1), event(2), event(3)])

    assert heard.hints == [Hint(mine, stored.pk)]


def test_batches_of_one_commit_are_one_hint_and_it_comes_after_the_commit(
    mine: TenantId, stored: Section, sink: EventSink, heard: Heard
) -> None:
    with transaction.atomic():
        sink.write([event(1)])
        sink.write([event(2)])
        before = list(heard.hints)

    assert before == []
    assert heard.hints == [Hint(mine, stored.pk)]


def test_sections_of_one_commit_have_a_hint_each(mine: TenantId, stored: Section, heard: Heard) -> None:
    with transaction.atomic():
        announce(mine, [stored.pk, 7])
        announce(mine, [7])

    assert heard.hints == [Hint(mine, stored.pk), Hint(mine, 7)]


def test_what_is_rolled_back_is_not_told(sink: EventSink, heard: Heard) -> None:
    with transaction.atomic():
        sink.write([event(1)])
        transaction.set_rollback(True)

    assert heard.hints == []


def test_a_batch_after_one_that_was_rolled_back_is_told(
    mine: TenantId, stored: Section, sink: EventSink, heard: Heard
) -> None:
    with transaction.atomic():
        with transaction.atomic():
            announce(mine, [stored.pk])
            transaction.set_rollback(True)
        sink.write([event(1)])

    assert heard.hints == [Hint(mine, stored.pk)]


def test_events_that_are_known_already_move_nothing_and_are_not_told(sink: EventSink, heard: Heard) -> None:
    sink.write([event(1)])
    heard.hints.clear()

    sink.write([event(1)])

    assert heard.hints == []


def test_another_outline_is_told_and_the_same_one_again_is_not(mine: TenantId, stored: Section, heard: Heard) -> None:
    write_section(mine, replace(SECTION, title="Arithmetic, renamed"))
    told = list(heard.hints)

    write_section(mine, replace(SECTION, title="Arithmetic, renamed"))

    assert told == [Hint(mine, stored.pk)]
    assert heard.hints == told


def test_rebuilt_rollups_are_told(mine: TenantId, stored: Section, sink: EventSink, heard: Heard) -> None:
    sink.write([event(1)])
    PageProgress.objects.for_tenant(mine).update(progress=0.25)
    heard.hints.clear()

    call_command("rebuild_rollups", "--section", stored.slug, verbosity=0)

    assert heard.hints == [Hint(mine, stored.pk)]


def test_hints_that_cannot_be_published_cost_no_event_and_are_said_once(
    sink: EventSink, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    heard.is_broken = True

    reports = [sink.write([event(number)]) for number in (1, 2, 3)]

    assert [len(report.outcomes) for report in reports] == [1, 1, 1]
    assert heard.tried == 3
    assert sum("hint_not_published" in record.getMessage() for record in caplog.records) == 1

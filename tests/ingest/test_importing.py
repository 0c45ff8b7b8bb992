"""What every import does with flaws, batches and a database that is busy for a moment."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection

from coordinator.writes.contract import BatchReport, Outcome, SinkUnavailable
from coordinator.writes.policy import RetryPolicy
from courses.models import Institution, LearningEvent, Section, SectionStamp
from ingest import bulk_writing
from ingest.errors import BrokenFile, Flaw, InvalidStructure
from ingest.importing import FLAWS_KEPT, Prepared, Skipped, refuse, write
from ingest.records import EventRecord
from ingest.sinks import EventSink
from ingest.structure import write_section
from ingest.validation import Examined
from oracles.contract import TenantId
from tests.ingest.records import SECTION, answer, event
from tests.together import at_once

FLAW = Flaw("export.txt", 7, "Time", "expected a time, got 'noon'")


def test_the_first_flaw_refuses_the_file() -> None:
    with pytest.raises(BrokenFile, match=r"export\.txt, line 7, column Time: expected a time, got 'noon'") as refused:
        refuse(FLAW)

    assert refused.value.flaw is FLAW


def test_a_flaw_says_only_what_it_knows() -> None:
    assert str(replace(FLAW, column="")) == "export.txt, line 7: expected a time, got 'noon'"
    assert str(Flaw("export.txt", 0, "", "expected a ZIP")) == "export.txt: expected a ZIP"


def test_flaws_are_kept_when_bad_rows_may_be_left_out() -> None:
    skipped = Skipped()

    skipped(FLAW)
    skipped(replace(FLAW, line=8))

    assert [flaw.line for flaw in skipped.flaws] == [7, 8]


def test_a_file_with_endless_flaws_is_a_broken_file() -> None:
    skipped = Skipped([FLAW] * FLAWS_KEPT)

    with pytest.raises(BrokenFile):
        skipped(FLAW)

    assert len(skipped.flaws) == FLAWS_KEPT


def prepared(*events: EventRecord) -> Prepared:
    return Prepared(SECTION, lambda: events)


def test_a_report_tells_what_became_of_everything(mine: TenantId) -> None:
    known, conflicting, unknown = event(1), event(2), event(3, learner="nobody")
    write(mine, prepared(known, event(2, page="lesson")), lambda _: None)

    report = write(mine, prepared(known, conflicting, unknown, answer(4, success=True)), lambda _: None)

    told = report.as_dict()
    assert told["section"] == SECTION.slug
    assert told["events"] == {"written": 1, "deduplicated": 1, "conflict": 1, "dead_lettered": 1}
    assert told["dead_letter_reasons"] == {"conflict": 1, "unknown_learner": 1}
    structure = told["structure"]
    assert isinstance(structure, dict)
    assert structure["page"] == {"created": 0, "changed": 0, "unchanged": 3, "removed": 0}


EVENTS = bulk_writing.PAGE * bulk_writing.BATCH
"""Of a full batch."""


def test_progress_is_told_batch_by_batch_and_no_batch_is_held_back(mine: TenantId) -> None:
    heard: list[int] = []
    stored: list[int] = []

    def say(events: int) -> None:
        heard.append(events)
        stored.append(LearningEvent.objects.for_tenant(mine).count())

    report = write(mine, prepared(*(event(number) for number in range(1, EVENTS + 11))), say)

    assert heard == stored
    assert heard[-1] == EVENTS + 10
    assert report.outcomes == Counter({Outcome.WRITTEN: EVENTS + 10})


@pytest.mark.proves("Q-05")
def test_no_more_of_the_file_is_read_ahead_than_the_coordinator_may_hold(mine: TenantId) -> None:
    read: list[int] = []

    def reading() -> Iterator[EventRecord]:
        for number in range(1, 5 * EVENTS + 1):
            read.append(number)
            yield event(number)

    ahead: list[int] = []

    write(mine, Prepared(SECTION, reading), lambda written: ahead.append(len(read) - written))

    assert max(ahead) <= EVENTS * (1 + bulk_writing.AHEAD) + bulk_writing.PAGE


def test_a_database_that_gives_up_ends_the_import_and_what_was_told_is_stored(mine: TenantId) -> None:
    section = Section.objects.for_tenant(mine).get(pk=write_section(mine, SECTION).section_id)
    sink = FailingSink(mine, section, fails_after=2 * EVENTS)
    heard: list[int] = []

    with pytest.raises(SinkUnavailable, match="the database gave up: no room"):
        bulk_writing.write_events(sink, events(5 * EVENTS), heard.append, RetryPolicy(max_attempts=2))

    assert heard[-1] == LearningEvent.objects.for_tenant(mine).count() <= 2 * EVENTS


@pytest.mark.proves("P-04", "P-01")
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_event_that_only_the_commit_refuses_costs_itself(mine: TenantId) -> None:
    section = Section.objects.for_tenant(mine).get(pk=write_section(mine, SECTION).section_id)
    sink = EventSink(mine, section)
    sink.write([event(1)])
    with connection.cursor() as cursor:  # behind the sink's back: no stamp moves, so it believes what it knows
        gone = "SELECT id FROM courses_learner WHERE external_id = 's2'"
        cursor.execute(f"DELETE FROM courses_enrollment WHERE learner_id IN ({gone})")
        cursor.execute(f"DELETE FROM courses_learner WHERE id IN ({gone})")

    tally = bulk_writing.write_events(sink, [event(2), event(3, learner="s2"), event(4)], lambda _: None)

    assert tally.outcomes == Counter({Outcome.WRITTEN: 2, Outcome.DEAD_LETTERED: 1})
    assert LearningEvent.objects.for_tenant(mine).count() == 3


@pytest.mark.proves("P-03")
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_of_two_sections_that_bring_the_same_ids_in_opposite_order_never_deadlock(mine: TenantId) -> None:
    sections = [
        Section.objects.for_tenant(mine).get(pk=write_section(mine, replace(SECTION, slug=name)).section_id)
        for name in ("one", "other")
    ]
    failures: list[Exception] = []
    together = threading.Barrier(2)

    def work(section: Section, order: int) -> None:
        sink = EventSink(mine, section)
        sink.write([])
        for batch in range(8):
            told = [event(number + 1) for number in range(batch * 2000, (batch + 1) * 2000)[::order]]
            together.wait()
            while not _is_written(sink, told, failures):
                pass

    at_once(*(partial(work, *pair) for pair in zip(sections, (1, -1), strict=True)))

    assert not [error for error in failures if "deadlock" in str(error)]
    assert LearningEvent.objects.for_tenant(mine).count() == 16_000


def _is_written(sink: EventSink, told: Sequence[EventRecord], failures: list[Exception]) -> bool:
    try:
        sink.write(told)
    except SinkUnavailable as error:
        failures.append(error)
        return False
    return True


def events(count: int) -> Iterator[EventRecord]:
    return (event(number) for number in range(1, count + 1))


class FailingSink(EventSink):
    """A database that takes so many events and then no more."""

    def __init__(self, tenant_id: TenantId, section: Section, fails_after: int) -> None:
        super().__init__(tenant_id, section)
        self._left = fails_after

    def write_examined(self, batch: Sequence[Examined]) -> BatchReport:
        self._left -= len(batch)
        if self._left < 0:
            raise SinkUnavailable("no room")
        return super().write_examined(batch)


def test_a_section_that_cannot_be_stored_takes_no_event_along(mine: TenantId) -> None:
    impossible = replace(SECTION, title="x" * 301)

    with pytest.raises(InvalidStructure, match="section title: expected at most 300 characters, got 301"):
        write(mine, Prepared(impossible, lambda: [event(1)]), lambda _: None)

    assert not Section.objects.for_tenant(mine).exists()


def test_another_institution_with_the_same_section_and_the_same_events_is_untouched(
    mine: TenantId, other_institution: Institution
) -> None:
    theirs = TenantId(other_institution.pk)
    write(theirs, prepared(event(1, learner="s2")), lambda _: None)
    before = [list(table.objects.for_tenant(theirs).values()) for table in (Section, SectionStamp, LearningEvent)]

    report = write(mine, prepared(event(1), event(2)), lambda _: None)

    assert report.outcomes == Counter({Outcome.WRITTEN: 2})
    after = [list(table.objects.for_tenant(theirs).values()) for table in (Section, SectionStamp, LearningEvent)]
    assert after == before

"""What every import does with flaws, batches and a database that is busy for a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from coordinator.writes.contract import Outcome
from courses.models import Institution, LearningEvent, Section, SectionStamp
from ingest.errors import BrokenFile, Flaw, InvalidStructure
from ingest.importing import BATCH, FLAWS_KEPT, Prepared, Skipped, refuse, write
from ingest.records import EventRecord
from oracles.contract import TenantId
from tests.ingest.records import SECTION, answer, event

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


@pytest.fixture
def mine(institution: Institution) -> TenantId:
    return TenantId(institution.pk)


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


def test_progress_is_told_batch_by_batch_and_no_batch_is_held_back(mine: TenantId) -> None:
    heard: list[int] = []
    stored: list[int] = []

    def say(events: int) -> None:
        heard.append(events)
        stored.append(LearningEvent.objects.for_tenant(mine).count())

    report = write(mine, prepared(*(event(number) for number in range(1, BATCH + 11))), say)

    assert heard == stored == [BATCH, BATCH + 10]
    assert report.outcomes == Counter({Outcome.WRITTEN: BATCH + 10})


def test_events_are_taken_from_the_file_as_they_are_needed(mine: TenantId) -> None:
    ahead: list[int] = []

    def reading() -> Iterator[EventRecord]:
        for number in range(1, 2 * BATCH + 1):
            ahead.append(number)
            yield event(number)

    taken: list[int] = []

    write(mine, Prepared(SECTION, reading), lambda _: taken.append(len(ahead)))

    assert taken == [BATCH, 2 * BATCH]


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

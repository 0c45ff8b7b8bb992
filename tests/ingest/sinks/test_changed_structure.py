"""When the outline of a section changes, history follows its activities and no page with history is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coordinator.writes.contract import Outcome
from courses.models import AssessmentScore
from ingest.records import ContainerRecord, Verb
from ingest.rollups import differences
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.ingest.records import EXAM, LESSON, READING, SECTION, answer, event
from tests.ingest.sinks.written import progress


def test_the_sink_learns_of_pages_that_are_new(mine: TenantId, sink: EventSink) -> None:
    sink.write([event(1)])
    extra = ContainerRecord("unit-2", "Unit 2", "unit", pages=(replace(READING, key="appendix"),))
    write_section(mine, replace(SECTION, containers=(*SECTION.containers, extra)))

    assert sink.write([event(2, page="appendix")]).outcomes == (Outcome.WRITTEN,)


def test_progress_follows_when_a_page_gains_an_activity(mine: TenantId, sink: EventSink) -> None:
    sink.write([answer(1, "add", success=True), answer(2, "carry", success=True)])
    third = replace(LESSON.activities[0], key="borrow")
    wider = replace(LESSON, activities=(*LESSON.activities, third))

    write_section(mine, replace(SECTION, containers=(ContainerRecord("u", "U", "unit", pages=(wider, READING, EXAM)),)))

    row = progress(mine, "lesson")
    assert row.progress == pytest.approx(2 / 3)
    assert row.completed_at is None
    assert differences(mine, row.section_id) == []


def test_an_activity_takes_its_history_to_another_page(mine: TenantId, sink: EventSink) -> None:
    scored = replace(answer(1, "add", success=True), verb=Verb.SCORED, score=3.0, out_of=4.0)
    sink.write([scored, answer(2, "carry", success=True)])
    exam = replace(EXAM, activities=LESSON.activities[:1])
    lesson = replace(LESSON, activities=LESSON.activities[1:])
    write_section(
        mine, replace(SECTION, containers=(ContainerRecord("u", "U", "unit", pages=(lesson, READING, exam)),))
    )
    sink.write([replace(scored, event_id=event(3).event_id, page="exam")])

    score = AssessmentScore.objects.for_tenant(mine).get()
    assert (score.page.key, score.attempts) == ("exam", 2)
    assert progress(mine, "exam").progress == progress(mine, "lesson").progress == 1
    assert differences(mine, score.section_id) == []


def test_a_page_with_history_is_hidden_rather_than_deleted(mine: TenantId, sink: EventSink) -> None:
    sink.write([event(1)])
    shorter = replace(SECTION, containers=(ContainerRecord("u", "U", "unit", pages=(LESSON, EXAM)),))

    first, second = write_section(mine, shorter), write_section(mine, shorter)

    assert (first.tables["page"].removed, second.removed, second.moved) == (1, 0, frozenset())
    assert progress(mine, "reading").page.hidden


def test_back_in_the_outline_a_hidden_page_shows_again(mine: TenantId, sink: EventSink) -> None:
    sink.write([event(1)])
    write_section(mine, replace(SECTION, containers=()))

    write_section(mine, SECTION)

    assert not progress(mine, "reading").page.hidden

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordinator.writes.contract import BatchReport, Outcome
from courses.models import (
    ActivityAttempt,
    AssessmentScore,
    Institution,
    LearnerActivity,
    LearningEvent,
    ObjectiveEvidence,
    PageProgress,
    Section,
    SectionStamp,
)
from ingest.models import DeadLetter
from ingest.records import ContainerRecord, EventRecord, Verb
from ingest.rollups import differences
from ingest.rollups.statements import ROLLUPS
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.ingest.records import EXAM, LESSON, READING, SECTION, START, answer, event


@pytest.fixture
def mine(institution: Institution) -> TenantId:
    return TenantId(institution.pk)


@pytest.fixture
def sink(mine: TenantId) -> EventSink:
    return make_sink(mine)


def make_sink(tenant_id: TenantId) -> EventSink:
    report = write_section(tenant_id, SECTION)
    return EventSink(tenant_id, Section.objects.for_tenant(tenant_id).get(pk=report.section_id), lambda: START)


def stamp(tenant_id: TenantId) -> dict[str, object]:
    (row,) = SectionStamp.objects.for_tenant(tenant_id).values()
    return dict(row)


def progress(tenant_id: TenantId, page: str, learner: str = "s1") -> PageProgress:
    rows = PageProgress.objects.for_tenant(tenant_id)
    return rows.get(page__key=page, learner__external_id=learner)


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is written inside is undone, so that one example does not see another's."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


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


def test_a_page_without_activities_is_done_with_the_first_event(mine: TenantId, sink: EventSink) -> None:
    report = sink.write([event(2), event(1)])

    row = progress(mine, "reading")
    assert report == BatchReport((Outcome.WRITTEN, Outcome.WRITTEN))
    assert (row.progress, row.first_seen, row.last_seen) == (
        1.0,
        START + timedelta(minutes=1),
        START + timedelta(minutes=2),
    )
    assert row.completed_at == row.first_seen


def test_a_page_with_activities_is_done_as_far_as_they_were_attempted(mine: TenantId, sink: EventSink) -> None:
    sink.write([answer(1, "add", success=True)])
    half = progress(mine, "lesson")
    sink.write([answer(2, "carry", success=False), answer(3, "carry", success=True)])
    whole = progress(mine, "lesson")

    assert (half.progress, half.completed_at, half.first_attempts, half.first_correct) == (0.5, None, 1, 1)
    assert (whole.progress, whole.first_attempts, whole.first_correct) == (1.0, 2, 1)
    assert whole.completed_at == START + timedelta(minutes=2)


def test_an_event_without_an_outcome_is_no_attempt(mine: TenantId, sink: EventSink) -> None:
    sink.write([event(1, page="lesson", activity="add")])

    assert progress(mine, "lesson").progress == 0
    assert not ActivityAttempt.objects.for_tenant(mine).exists()


def test_looking_at_an_exam_is_not_handing_it_in(mine: TenantId, sink: EventSink) -> None:
    sink.write([event(1, page="exam")])
    seen = progress(mine, "exam").progress
    sink.write([event(2, verb=Verb.SUBMITTED, page="exam")])

    row = progress(mine, "exam")
    assert (seen, row.progress, row.completed_at) == (0, 1, START + timedelta(minutes=2))


def test_evidence_counts_first_attempts_and_all_attempts_per_objective(mine: TenantId, sink: EventSink) -> None:
    sink.write([answer(1, "add", success=True), answer(2, "carry", success=False), answer(3, "carry", success=True)])

    rows = ObjectiveEvidence.objects.for_tenant(mine).order_by("objective__position")
    assert list(rows.values_list("objective__key", "first_attempts", "first_correct", "attempts", "correct")) == [
        ("sums", 2, 1, 3, 2),
        ("carrying", 1, 0, 2, 1),
    ]


def test_a_late_first_attempt_takes_its_place(mine: TenantId, sink: EventSink) -> None:
    sink.write([answer(5, success=False)])

    sink.write([answer(4, success=True)])

    row = ActivityAttempt.objects.for_tenant(mine).get()
    assert (row.first_correct, row.attempts, row.first_at) == (True, 2, START + timedelta(minutes=4))


def test_the_latest_score_counts_and_a_new_submission_awaits_its_grade(mine: TenantId, sink: EventSink) -> None:
    scored = event(2, verb=Verb.SCORED, page="exam", score=80.0, out_of=100.0)
    sink.write([scored, event(1, verb=Verb.SUBMITTED, page="exam")])
    graded = AssessmentScore.objects.for_tenant(mine).get()
    sink.write([event(3, verb=Verb.SUBMITTED, page="exam")])
    again = AssessmentScore.objects.for_tenant(mine).get()

    assert (graded.score, graded.attempts) == (80.0, 2)
    assert (graded.submitted_at, graded.graded_at) == (START + timedelta(minutes=1), START + timedelta(minutes=2))
    assert (again.score, again.graded_at, again.attempts) == (None, None, 3)
    assert again.submitted_at == START + timedelta(minutes=3)


def test_last_activity_is_the_latest_event_not_the_latest_written(mine: TenantId, sink: EventSink) -> None:
    sink.write([event(9)])
    sink.write([event(3)])

    assert LearnerActivity.objects.for_tenant(mine).get().last_event_at == START + timedelta(minutes=9)
    assert stamp(mine)["as_of"] == START + timedelta(minutes=9)


def test_the_same_events_again_change_nothing(mine: TenantId, sink: EventSink) -> None:
    batch = [event(1), answer(2, success=True), event(3, verb=Verb.SCORED, page="exam", score=5.0, out_of=10.0)]
    sink.write([*batch, event(9, learner="nobody")])
    before = (stamp(mine), rollup_rows(sink._section.pk), list(DeadLetter.objects.for_tenant(mine).values()))

    report = sink.write([*batch, event(9, learner="nobody")])

    assert report.outcomes == (Outcome.DEDUPLICATED,) * 3 + (Outcome.DEAD_LETTERED,)
    assert (stamp(mine), rollup_rows(sink._section.pk), list(DeadLetter.objects.for_tenant(mine).values())) == before


def test_the_same_event_told_by_another_source_is_the_same(mine: TenantId, sink: EventSink) -> None:
    sink.write([event(1)])

    report = sink.write([event(1, source="another", sequence=7)])

    assert report.outcomes == (Outcome.DEDUPLICATED,)


@pytest.mark.parametrize("together", [True, False])
def test_the_same_id_with_other_content_is_a_conflict_and_the_first_is_kept(
    mine: TenantId, sink: EventSink, *, together: bool
) -> None:
    first, second = event(1), event(1, page="exam")

    if together:
        outcomes = sink.write([first, second, first]).outcomes
    else:
        outcomes = sink.write([first]).outcomes + sink.write([second, first]).outcomes

    assert outcomes == (Outcome.WRITTEN, Outcome.CONFLICT, Outcome.DEDUPLICATED)
    assert LearningEvent.objects.for_tenant(mine).get().page.key == "reading"
    assert DeadLetter.objects.for_tenant(mine).get().reason == "conflict"


POISON = {
    "unknown_learner": event(1, learner="nobody"),
    "unknown_page": event(2, page="nowhere"),
    "unknown_activity": event(3, page="lesson", activity="none"),
    "activity_elsewhere": event(4, page="reading", activity="add"),
    "naive_time": event(5, timestamp=START.replace(tzinfo=None)),
    "out_of_range": event(6, timestamp=START.replace(year=2500)),
}
MORE_POISON = [
    event(10, learner="nul\x00"),
    event(11, page="half\ud800"),
    event(12, source="x" * 41),
    event(13, result={"note": "nul\x00"}),
    event(14, result={"note": "half \udfff"}),
    event(15, result={"n": float("nan")}),
    event(16, result={"long": "x" * 40_000}),
    event(17, attempts=-1),
    event(18, attempts=2**31),
    event(19, attempts=1, correct=2),
    event(20, sequence=2**63),
    event(21, verb=Verb.SCORED, page="exam", score=float("inf"), out_of=1.0),
    event(22, verb=Verb.SCORED, page="exam", score=1.0, out_of=float("nan")),
    replace(event(23), verb="danced"),  # type: ignore[arg-type]
]


def test_every_poisoned_record_has_its_reason(mine: TenantId, sink: EventSink) -> None:
    report = sink.write(list(POISON.values()))

    assert [rejection.code for rejection in report.rejections] == list(POISON)
    assert set(DeadLetter.objects.for_tenant(mine).values_list("reason", flat=True)) == set(POISON)


@pytest.mark.parametrize("poison", MORE_POISON, ids=lambda record: str(record.event_id.int))
def test_a_poisoned_record_costs_itself_and_not_its_neighbours(
    mine: TenantId, sink: EventSink, poison: EventRecord
) -> None:
    report = sink.write([event(1), poison, event(2)])

    assert report.outcomes == (Outcome.WRITTEN, Outcome.DEAD_LETTERED, Outcome.WRITTEN)
    assert len(DeadLetter.objects.for_tenant(mine).get().payload) < 17_000


def test_backslashes_and_whole_surrogate_pairs_are_text_like_any_other(mine: TenantId, sink: EventSink) -> None:
    report = sink.write([event(1, result={"note": "\\u0000 is not a NUL, 😀 is one character"})])

    assert report.outcomes == (Outcome.WRITTEN,)
    assert LearningEvent.objects.for_tenant(mine).get().result["note"].startswith("\\u0000 is not")


def test_a_batch_of_nothing_but_rejects_moves_no_stamp(mine: TenantId, sink: EventSink) -> None:
    before = stamp(mine)

    sink.write([event(1, learner="nobody")])

    assert stamp(mine) == before


def test_events_of_withdrawn_learners_are_stored(mine: TenantId, sink: EventSink) -> None:
    assert sink.write([event(1, learner="s3")]).outcomes == (Outcome.WRITTEN,)


def test_a_learner_of_another_institution_is_unknown_here(
    mine: TenantId, sink: EventSink, other_institution: Institution
) -> None:
    theirs = TenantId(other_institution.pk)
    newcomer = replace(SECTION.enrollments[0], learner="theirs-only")
    write_section(theirs, replace(SECTION, enrollments=(newcomer,)))

    report = sink.write([event(1, learner="theirs-only")])

    assert report.rejections[0].code == "unknown_learner"
    assert not DeadLetter.objects.for_tenant(theirs).exists()


def test_the_same_event_id_in_two_institutions_is_two_events(
    mine: TenantId, sink: EventSink, other_institution: Institution
) -> None:
    theirs = make_sink(TenantId(other_institution.pk))

    assert sink.write([event(1)]).outcomes == theirs.write([event(1)]).outcomes == (Outcome.WRITTEN,)


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


EVENTS = (
    event(1, page="lesson"),
    answer(2, "add", success=False),
    answer(2, "add", success=True, event_id=event(3).event_id),
    answer(4, "carry", success=True),
    answer(5, "add", success=True, learner="s2"),
    event(6, verb=Verb.SUBMITTED, page="exam"),
    event(7, verb=Verb.SCORED, page="exam", score=70.0, out_of=100.0),
    event(7, verb=Verb.SCORED, page="exam", score=75.0, out_of=100.0, sequence=1, event_id=event(8).event_id),
    event(9, learner="s2", page="exam"),
    event(10, learner="s2", page="exam", verb=Verb.SUBMITTED),
    event(11),
    event(12, timestamp=START + timedelta(microseconds=5)),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(order=st.permutations(EVENTS), cut=st.integers(1, len(EVENTS)), repeats=st.lists(st.sampled_from(EVENTS)))
def test_any_order_and_any_repetition_gives_the_rollups_of_the_sorted_events(
    institution: Institution, order: list[EventRecord], cut: int, repeats: list[EventRecord]
) -> None:
    mine = TenantId(institution.pk)
    sink = make_sink(mine)
    section_id = sink._section.pk
    with rolled_back():
        sink.write(EVENTS)
        expected = rollup_rows(section_id)
    sink = make_sink(mine)

    with rolled_back():
        for batch in (order[:cut], repeats, order[cut:]):
            sink.write(batch)

        assert rollup_rows(section_id) == expected
        assert differences(mine, section_id) == []

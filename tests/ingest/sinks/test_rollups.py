"""What each event does to progress, attempts, evidence, scores and the last activity."""

from __future__ import annotations

from datetime import timedelta

from coordinator.writes.contract import BatchReport, Outcome
from courses.models import ActivityAttempt, AssessmentScore, LearnerActivity, ObjectiveEvidence
from ingest.records import Verb
from ingest.sinks import EventSink
from oracles.contract import TenantId
from tests.ingest.records import START, answer, event
from tests.ingest.sinks.written import progress, stamp


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

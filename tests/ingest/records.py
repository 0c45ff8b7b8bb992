"""Small records that tests of the write path start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ingest.records import (
    ActivityRecord,
    ContainerRecord,
    EnrollmentRecord,
    EventRecord,
    ObjectiveRecord,
    PageRecord,
    SectionRecord,
    Verb,
)

START = datetime(2026, 9, 1, tzinfo=UTC)

LESSON = PageRecord(
    "lesson",
    "Lesson",
    activities=(ActivityRecord("add", "Add", ("sums",)), ActivityRecord("carry", "Carry", ("sums", "carrying"))),
)
READING = PageRecord("reading", "Reading")
EXAM = PageRecord("exam", "Exam", graded=True, weight=40.0, due_at=START + timedelta(days=30))

SECTION = SectionRecord(
    course_key="arithmetic",
    course_title="Arithmetic",
    slug="arithmetic-2026",
    title="Arithmetic, autumn 2026",
    time_zone="Europe/London",
    starts_at=START,
    ends_at=START + timedelta(days=100),
    containers=(
        ContainerRecord(
            "unit-1",
            "Unit 1",
            "unit",
            containers=(ContainerRecord("module-1", "Module 1", "module", pages=(LESSON,)),),
            pages=(READING,),
        ),
        ContainerRecord("finals", "Finals", "unit", pages=(EXAM,)),
    ),
    objectives=(ObjectiveRecord("sums", "Sums", (ObjectiveRecord("carrying", "Carrying"),)),),
    enrollments=(
        EnrollmentRecord("s1", "Ada", "ada@learners.example"),
        EnrollmentRecord("s2", "Ben"),
        EnrollmentRecord("s3", "Cleo", status="withdrawn"),
    ),
    credit="Written for tests.",
)


def event(
    number: int, learner: str = "s1", verb: Verb = Verb.EXPERIENCED, page: str = "reading", **more: object
) -> EventRecord:
    """Event `number`, that many minutes after the start unless told otherwise."""
    base = EventRecord(
        event_id=UUID(int=number),
        learner=learner,
        verb=verb,
        page=page,
        timestamp=START + timedelta(minutes=number),
        source="test",
    )
    return replace(base, **more)  # type: ignore[arg-type]


def answer(number: int, activity: str = "add", *, success: bool, learner: str = "s1", **more: object) -> EventRecord:
    """One attempt at an activity of the lesson."""
    base = event(number, learner, Verb.ANSWERED, "lesson", activity=activity, success=success)
    return replace(base, attempts=1, correct=int(success), **more)  # type: ignore[arg-type]

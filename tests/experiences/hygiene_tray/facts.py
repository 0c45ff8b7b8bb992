"""A section in good order, to be spoilt in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from courses.quality_facts import GradingFacts, LetterFacts, PageFacts, RecordFacts, SectionFacts
from experiences.hygiene_tray.contract import Facts

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EXAM = PageFacts(
    page_id=1, key="exam", title="Exam", gradebook_title="exam", graded=True, weight=60.0,
    available_from=NOW - 40 * DAY, due_at=NOW - 30 * DAY, attempts_allowed=1, late_work="refused", scoring="best",
    activities=2,
)  # fmt: skip
ESSAY = replace(
    EXAM, page_id=2, key="essay", title="Essay", gradebook_title=None, weight=40.0, due_at=NOW + DAY, activities=0
)
LESSON = PageFacts(
    page_id=3, key="lesson", title="Lesson", gradebook_title=None, graded=False, weight=None, available_from=None,
    due_at=None, attempts_allowed=None, late_work=None, scoring=None, activities=4,
)  # fmt: skip
GRADED = GradingFacts(
    page_id=1, scored=20, handed_in=20, waiting=0, overdue=0, oldest_waiting=None, above_maximum=0, below_zero=0,
    without_maximum=0,
)  # fmt: skip
TIDY = Facts(
    section=SectionFacts(NOW - 60 * DAY, NOW + 60 * DAY, as_of=NOW - DAY, learners=20, objectives=3),
    pages=(EXAM, ESSAY, LESSON),
    grading=(GRADED,),
    twins=(),
    records=RecordFacts(events=1_000, pages=3, repeated=(), in_the_future=0),
    letters=(),
)


def with_page(**values: object) -> Facts:
    """The exam is otherwise."""
    return replace(TIDY, pages=(replace(EXAM, **values), ESSAY, LESSON))  # type: ignore[arg-type]


def with_grading(**values: object) -> Facts:
    return replace(TIDY, grading=(replace(GRADED, **values),))  # type: ignore[arg-type]


def with_letters(*reasons: str, count: int = 3) -> Facts:
    return replace(TIDY, letters=tuple(LetterFacts(each, count, NOW - DAY, NOW) for each in reasons))


def with_records(**values: object) -> Facts:
    return replace(TIDY, records=replace(TIDY.records, **values))  # type: ignore[type-var]


def with_section(**values: object) -> Facts:
    return replace(TIDY, section=replace(TIDY.section, **values))  # type: ignore[type-var]

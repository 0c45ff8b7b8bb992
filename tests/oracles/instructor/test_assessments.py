"""Scores, submissions and lateness per graded page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.models import Institution, Section
from oracles.instructor import assessments
from oracles.payloads import AssessmentRow, ScoreCount
from tests.builders import MOMENT, make_container, make_learner, make_page, make_section
from tests.oracles.instructor.rows import container_of, context_of, learners_of, make_score, pages_of


def only_row(section: Section) -> AssessmentRow:
    (row,) = assessments.load(context_of(section)).rows
    return row


@pytest.mark.proves("ROW-T8")
def test_the_golden_scores_are_counted_by_percent(section: Section) -> None:
    learners, quiz = learners_of(section), pages_of(section)["quiz"]
    make_score(learners["Ada"], quiz, 2, out_of=2)
    make_score(learners["Ben"], quiz, 1, out_of=2)
    make_score(learners["Cleo"], quiz, 0, out_of=2)

    answer = assessments.load(context_of(section))

    assert answer.class_size == 4
    assert answer.rows == (
        AssessmentRow(
            key="quiz",
            scores=(ScoreCount(0.0, 1), ScoreCount(50.0, 1), ScoreCount(100.0, 1)),
            submitted=3,
            awaiting_grade=0,
            late=0,
        ),
    )


@pytest.mark.proves("ROW-T8")
def test_a_graded_page_that_nobody_touched_is_there(section: Section) -> None:
    assert only_row(section) == AssessmentRow("quiz", (), 0, 0, 0)


def test_equal_percents_of_different_scales_are_one_count(section: Section) -> None:
    learners, quiz = learners_of(section), pages_of(section)["quiz"]
    make_score(learners["Ada"], quiz, 7, out_of=10)
    make_score(learners["Ben"], quiz, 70, out_of=100)

    assert only_row(section).scores == (ScoreCount(70.0, 2),)


def test_submitted_and_ungraded_work_awaits_its_grade_and_has_no_score(section: Section) -> None:
    make_score(learners_of(section)["Ada"], pages_of(section)["quiz"], None, out_of=None)

    row = only_row(section)

    assert (row.submitted, row.awaiting_grade, row.scores) == (1, 1, ())


def test_a_score_without_a_submission_was_handed_in(section: Section) -> None:
    make_score(learners_of(section)["Ada"], pages_of(section)["quiz"], 50, submitted_at=None)

    row = only_row(section)

    assert (row.submitted, row.awaiting_grade, row.scores) == (1, 0, (ScoreCount(50.0, 1),))


@pytest.mark.parametrize("out_of", [None, 0, -1])
def test_a_score_out_of_nothing_has_no_percent(section: Section, out_of: float | None) -> None:
    make_score(learners_of(section)["Ada"], pages_of(section)["quiz"], 5, out_of=out_of)

    row = only_row(section)

    assert (row.submitted, row.awaiting_grade, row.scores) == (1, 0, ())


def test_late_is_after_the_due_date_and_not_at_it(institution: Institution) -> None:
    section = make_section(institution)
    quiz = make_page(section, "quiz", 1, graded=True, due_at=MOMENT)
    for name, delay in (("Ada", 0), ("Ben", 1), ("Cleo", -1)):
        make_score(make_learner(section, name), quiz, 50, submitted_at=MOMENT + timedelta(microseconds=delay))

    assert only_row(section).late == 1


def test_without_a_due_date_nobody_is_late(section: Section) -> None:
    make_score(learners_of(section)["Ada"], pages_of(section)["quiz"], 50)

    assert only_row(section).late == 0


def test_only_graded_visible_pages_of_the_scope_are_there_in_curriculum_order(institution: Institution) -> None:
    section = make_section(institution)
    unit = make_container(section, "unit", (1, 4))
    make_page(section, "b", 2, unit, graded=True)
    make_page(section, "a", 3, unit, graded=True)
    make_page(section, "reading", 4, unit)
    make_page(section, "outside", 5, graded=True)
    make_page(section, "hidden", 6, graded=True, hidden=True)

    inside = assessments.load(context_of(section, container_of(section, "unit")))
    course = assessments.load(context_of(section))

    assert [row.key for row in inside.rows] == ["b", "a"]
    assert [row.key for row in course.rows] == ["b", "a", "outside"]


def test_only_enrolled_learners_are_counted(section: Section) -> None:
    quiz = pages_of(section)["quiz"]
    for name, role, status in (("Gone", "learner", "withdrawn"), ("Ines", "instructor", "enrolled")):
        make_score(make_learner(section, name, role, status), quiz, 100)

    assert only_row(section) == AssessmentRow("quiz", (), 0, 0, 0)

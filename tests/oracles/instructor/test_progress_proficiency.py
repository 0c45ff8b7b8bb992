"""Each learner's progress and first attempts in a scope."""

from __future__ import annotations

import pytest

from courses.models import Institution, Section
from oracles.instructor import progress_proficiency
from oracles.payloads import LearnerStanding
from tests.builders import make_learner, make_page, make_progress, make_section
from tests.oracles.instructor.rows import container_of, context_of, learners_of, mix_the_class, pages_of


@pytest.mark.proves("ROW-T5")
def test_the_golden_mixture_stands_at_six_three_six_and_none_of_seven_pages(section: Section) -> None:
    mix_the_class(section)
    ids = {name: learner.pk for name, learner in learners_of(section).items()}

    answer = progress_proficiency.load(context_of(section))

    assert answer.page_count == 7
    assert answer.learners == (
        LearnerStanding(ids["Ada"], 6 / 7, 6, 6),
        LearnerStanding(ids["Ben"], 3 / 7, 3, 3),
        LearnerStanding(ids["Cleo"], 6 / 7, 6, 0),
        LearnerStanding(ids["Dan"], 0.0, 0, 0),
    )


def test_inside_a_unit_only_its_pages_count(section: Section) -> None:
    mix_the_class(section)

    answer = progress_proficiency.load(context_of(section, container_of(section, "unit-2")))

    assert [(row.progress, row.first_attempts) for row in answer.learners] == [(1.0, 3), (0.0, 0), (1.0, 3), (0.0, 0)]


def test_a_learner_who_did_nothing_has_a_row_of_zeros(section: Section) -> None:
    answer = progress_proficiency.load(context_of(section))

    assert {(row.progress, row.first_attempts, row.first_correct) for row in answer.learners} == {(0.0, 0, 0)}
    assert len(answer.learners) == 4


def test_without_a_visible_page_progress_is_unknown_and_not_zero(institution: Institution) -> None:
    section = make_section(institution)
    hidden = make_page(section, "hidden", 1, hidden=True)
    make_progress(make_learner(section, "Ada"), hidden, first_attempts=3, first_correct=3)

    answer = progress_proficiency.load(context_of(section))

    assert answer.page_count == 0
    assert [(row.progress, row.first_attempts) for row in answer.learners] == [(None, 0)]


def test_who_left_and_who_teaches_has_no_row(section: Section) -> None:
    quiz = pages_of(section)["quiz"]
    for name, role, status in (("Gone", "learner", "withdrawn"), ("Ines", "instructor", "enrolled")):
        make_progress(make_learner(section, name, role, status), quiz)

    answer = progress_proficiency.load(context_of(section))

    assert len(answer.learners) == 4


def test_an_empty_section_has_no_rows(institution: Institution) -> None:
    assert progress_proficiency.load(context_of(make_section(institution))).learners == ()

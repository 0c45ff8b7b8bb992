"""The learners behind one bar."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from courses.models import Institution, Section
from oracles.instructor import learners_at, progress
from oracles.instructor.learners_at import BarQuestion, UnknownBar
from oracles.payloads import THRESHOLDS
from tests.builders import make_container, make_learner, make_page, make_progress, make_section
from tests.oracles.instructor.rows import container_of, context_of, learners_of, mix_the_class, pages_of


def names(section: Section, question: BarQuestion) -> list[str]:
    return [learner.name for learner in learners_at.load(context_of(section), question).learners]


@pytest.mark.proves("T4")
def test_done_and_not_yet_are_the_two_halves_of_the_class(section: Section) -> None:
    mix_the_class(section)

    assert names(section, BarQuestion("unit-2", done=True)) == ["Ada", "Cleo"]
    assert names(section, BarQuestion("unit-2", done=False)) == ["Ben", "Dan"]


@pytest.mark.proves("T4")
def test_as_many_stand_behind_a_bar_as_the_chart_counts(section: Section) -> None:
    ada, ben, pages = learners_of(section)["Ada"], learners_of(section)["Ben"], pages_of(section)
    make_progress(ada, pages["unit-1-page-1"], 0.9)
    make_progress(ben, pages["unit-1-page-2"], 1)
    make_progress(ben, pages["unit-1-page-3"], 1)

    chart = progress.load(context_of(section)).items[0]
    behind = [learners_at.load(context_of(section), BarQuestion("unit-1", each)).total for each in THRESHOLDS]

    assert tuple(behind) == chart.at_least == (2, 2, 2, 1, 1, 1, 0, 0, 0, 0)


def test_a_page_is_a_bar_inside_its_container_and_says_how_far_each_got(section: Section) -> None:
    make_progress(learners_of(section)["Ben"], pages_of(section)["quiz"], 0.5)
    inside = context_of(section, container_of(section, "unit-3"))

    answer = learners_at.load(inside, BarQuestion("quiz", threshold=50))

    assert [(learner.name, learner.external_id, learner.progress) for learner in answer.learners] == [
        ("Ben", "ext-ben", 0.5)
    ]


def test_the_list_comes_in_pages_of_twenty_by_name_and_id(institution: Institution) -> None:
    section = make_section(institution)
    make_container(section, "unit", (1, 1))
    for number in reversed(range(45)):
        make_learner(section, f"Learner {number:02}")

    pages = [learners_at.load(context_of(section), BarQuestion("unit", done=False, page=page)) for page in (1, 3, 9)]

    assert [(answer.total, answer.page, answer.page_count, len(answer.learners)) for answer in pages] == [
        (45, 1, 3, 20),
        (45, 3, 3, 5),
        (45, 3, 3, 5),
    ]
    assert [learner.name for learner in pages[1].learners] == [f"Learner {number}" for number in range(40, 45)]


def test_an_empty_list_is_one_empty_page(section: Section) -> None:
    answer = learners_at.load(context_of(section), BarQuestion("unit-1", page=-3))

    assert (answer.total, answer.page, answer.page_count, answer.learners) == (0, 1, 1, ())


def test_a_bar_without_pages_is_done_by_nobody(institution: Institution) -> None:
    section = make_section(institution)
    make_container(section, "empty", (1, 1))
    make_learner(section, "Ada")

    assert names(section, BarQuestion("empty", threshold=10, done=True)) == []
    assert names(section, BarQuestion("empty", threshold=10, done=False)) == ["Ada"]


@pytest.mark.parametrize("key", ["nowhere", "unit-1-page-1", ""])
def test_what_is_no_child_of_the_scope_is_refused(section: Section, key: str) -> None:
    with pytest.raises(UnknownBar, match="expected a child of course"):
        learners_at.load(context_of(section), BarQuestion(key))


def test_a_hidden_child_is_refused(institution: Institution) -> None:
    section = make_section(institution)
    make_page(section, "secret", 1, hidden=True)

    with pytest.raises(UnknownBar):
        learners_at.load(context_of(section), BarQuestion("secret"))


def test_a_threshold_that_the_chart_does_not_have_is_refused(section: Section) -> None:
    with pytest.raises(UnknownBar, match="expected a threshold of 10, 20"):
        learners_at.load(context_of(section), BarQuestion("unit-1", threshold=55))


def test_it_asks_three_times_however_large_the_class(
    section: Section, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        learners_at.load(context_of(section), BarQuestion("unit-1", done=False))
    for number in range(40):
        make_learner(section, f"More {number}")

    with django_assert_num_queries(3):
        learners_at.load(context_of(section), BarQuestion("unit-1", done=False))


def test_names_of_another_institution_never_appear(section: Section, other_institution: Institution) -> None:
    foreign = make_section(other_institution)
    make_container(foreign, "unit-1", (1, 4))
    make_learner(foreign, "Olga")

    assert names(section, BarQuestion("unit-1", done=False)) == ["Ada", "Ben", "Cleo", "Dan"]

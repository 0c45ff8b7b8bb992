"""Bars: exact counts per threshold for each direct child of the scope."""

from __future__ import annotations

import pytest

from courses.models import Institution, Section
from oracles.contract import OracleContext
from oracles.instructor import progress
from oracles.payloads import THRESHOLDS, ProgressItem
from tests.builders import make_container, make_learner, make_page, make_progress, make_section
from tests.oracles.instructor.rows import container_of, context_of, learners_of, mix_the_class, pages_of


def item(context: OracleContext, key: str) -> ProgressItem:
    return next(item for item in progress.load(context).items if item.key == key)


def at(threshold: int, bar: ProgressItem) -> int:
    return bar.at_least[THRESHOLDS.index(threshold)]


@pytest.mark.proves("ROW-T3")
def test_an_untouched_course_has_a_bar_per_unit_and_nobody_in_it(section: Section) -> None:
    answer = progress.load(context_of(section))

    assert answer.class_size == 4
    assert [(bar.key, bar.page_count, set(bar.at_least), bar.total) for bar in answer.items] == [
        ("unit-1", 3, {0}, 0.0),
        ("unit-2", 3, {0}, 0.0),
        ("unit-3", 1, {0}, 0.0),
    ]


@pytest.mark.proves("ROW-T3")
def test_the_golden_mixture_completes_three_two_and_none(section: Section) -> None:
    mix_the_class(section)

    answer = progress.load(context_of(section))

    assert [at(100, bar) for bar in answer.items] == [3, 2, 0]
    assert [bar.total for bar in answer.items] == [3.0, 2.0, 0.0]


@pytest.mark.proves("ROW-T3")
def test_inside_a_unit_the_bars_are_its_pages(section: Section) -> None:
    mix_the_class(section)

    answer = progress.load(context_of(section, container_of(section, "unit-2")))

    assert [(bar.key, bar.page_count, at(100, bar)) for bar in answer.items] == [
        ("unit-2-page-1", 1, 2),
        ("unit-2-page-2", 1, 2),
        ("unit-2-page-3", 1, 2),
    ]


@pytest.mark.proves("ROW-T3")
def test_two_of_three_pages_reach_sixty_percent_and_not_seventy(section: Section) -> None:
    ada, pages = learners_of(section)["Ada"], pages_of(section)
    make_progress(ada, pages["unit-1-page-1"])
    make_progress(ada, pages["unit-1-page-2"])

    bar = item(context_of(section), "unit-1")

    assert [at(threshold, bar) for threshold in (50, 60, 70)] == [1, 1, 0]


@pytest.mark.proves("ROW-T3", "B3")
def test_ninety_one_percent_is_not_complete(section: Section) -> None:
    make_progress(learners_of(section)["Ada"], pages_of(section)["quiz"], 0.91)

    bar = item(context_of(section), "unit-3")

    assert (at(90, bar), at(100, bar)) == (1, 0)


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_whoever_is_exactly_at_a_threshold_has_reached_it(section: Section, threshold: int) -> None:
    make_progress(learners_of(section)["Ada"], pages_of(section)["quiz"], threshold / 100)

    bar = item(context_of(section), "unit-3")

    assert bar.at_least == tuple(int(each <= threshold) for each in THRESHOLDS)


def test_float_noise_in_a_sum_does_not_cost_a_threshold(section: Section) -> None:
    ada, pages = learners_of(section)["Ada"], pages_of(section)
    for number, share in ((1, 0.7), (2, 0.1), (3, 0.1)):  # their sum is 0.8999999999999999
        make_progress(ada, pages[f"unit-1-page-{number}"], share)

    bar = item(context_of(section), "unit-1")

    assert at(30, bar) == 1


def test_only_enrolled_learners_are_counted(section: Section) -> None:
    quiz = pages_of(section)["quiz"]
    for name, role, status in (
        ("Gone", "learner", "withdrawn"),
        ("Barred", "learner", "suspended"),
        ("Ines", "instructor", "enrolled"),
        ("Theo", "assistant", "enrolled"),
    ):
        make_progress(make_learner(section, name, role, status), quiz)

    answer = progress.load(context_of(section))

    assert answer.class_size == 4
    assert [bar.total for bar in answer.items] == [0.0, 0.0, 0.0]


def test_hidden_pages_and_everything_under_a_hidden_container_are_out(institution: Institution) -> None:
    section = make_section(institution)
    open_unit = make_container(section, "open", (1, 3))
    closed = make_container(section, "closed", (4, 7), hidden=True)
    inner = make_container(section, "inner", (5, 7), closed)
    seen, unseen = make_page(section, "seen", 2, open_unit), make_page(section, "unseen", 3, open_unit, hidden=True)
    below = make_page(section, "below", 6, inner)
    ada = make_learner(section, "Ada")
    for page in (seen, unseen, below):
        make_progress(ada, page)

    course = progress.load(context_of(section))
    inside = progress.load(context_of(section, inner))

    assert [(bar.key, bar.page_count, bar.total) for bar in course.items] == [("open", 1, 1.0)]
    assert inside.items == ()


def test_pages_and_containers_side_by_side_keep_the_order_of_the_outline(institution: Institution) -> None:
    section = make_section(institution)
    make_page(section, "welcome", 1)
    make_container(section, "unit", (2, 5))
    make_page(section, "farewell", 6)

    answer = progress.load(context_of(section))

    assert [(bar.key, bar.page_count) for bar in answer.items] == [("welcome", 1), ("unit", 0), ("farewell", 1)]


def test_a_container_without_pages_is_a_bar_that_nobody_can_fill(institution: Institution) -> None:
    section = make_section(institution)
    make_container(section, "empty", (1, 1))
    make_learner(section, "Ada")

    assert progress.load(context_of(section)).items == (ProgressItem("empty", 0, (0,) * 10, 0.0),)


def test_an_empty_section_has_no_bars_and_nobody(institution: Institution) -> None:
    answer = progress.load(context_of(make_section(institution)))

    assert (answer.class_size, answer.items) == (0, ())

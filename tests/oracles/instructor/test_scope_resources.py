"""What a scope is made of."""

from __future__ import annotations

import pytest

from courses.models import Institution, Section
from oracles.instructor import scope_resources
from oracles.payloads import ChildItem, PageItem
from tests.builders import MOMENT, make_activity, make_container, make_objective, make_page, make_section
from tests.oracles.instructor.rows import container_of, context_of


def test_the_course_scope_carries_titles_units_and_pages(section: Section) -> None:
    answer = scope_resources.load(context_of(section))

    assert (answer.course_title, answer.section_title, answer.label) == ("Algebra course", "Algebra", "Algebra")
    assert answer.trail == ()
    assert answer.children == (
        ChildItem("unit-1", "Unit 1", "unit", 3),
        ChildItem("unit-2", "Unit 2", "unit", 3),
        ChildItem("unit-3", "Unit 3", "unit", 1),
    )
    assert [page.key for page in answer.graded_pages] == ["quiz"]
    assert len(answer.pages) == 7
    assert answer.objective_count == 2


def test_inside_a_unit_the_children_are_its_pages(section: Section) -> None:
    answer = scope_resources.load(context_of(section, container_of(section, "unit-3")))

    assert (answer.label, answer.trail) == ("Unit 3", ())
    assert answer.children == (ChildItem("quiz", "Quiz", "page", 1),)
    assert answer.pages == (PageItem("quiz", "Quiz", "Unit 3", 10, graded=True),)
    assert answer.objective_count == 0


@pytest.fixture
def deep(institution: Institution) -> Section:
    """Unit › Module › Lesson, a hidden module beside it, and a page at each level."""
    section = make_section(institution)
    unit = make_container(section, "unit", (1, 8))
    make_page(section, "intro", 2, unit)
    module = make_container(section, "module", (3, 6), unit, kind="module")
    lesson = make_container(section, "lesson", (4, 5), module, kind="lesson")
    make_page(section, "exercise", 5, lesson, graded=True, weight=2.5, available_from=MOMENT, due_at=MOMENT)
    make_page(section, "unseen", 6, module, hidden=True)
    closed = make_container(section, "closed", (7, 8), unit, kind="module", hidden=True)
    secret = make_page(section, "secret", 8, closed)
    make_activity(secret, "question", [make_objective(section, "objective", (1, 1))])
    return section


def test_titles_of_the_containers_above_lead_to_the_scope_and_to_each_page(deep: Section) -> None:
    answer = scope_resources.load(context_of(deep, container_of(deep, "lesson")))

    assert (answer.label, answer.trail) == ("Lesson", ("Unit", "Module"))
    assert answer.pages == (
        PageItem(
            key="exercise",
            title="Exercise",
            context="Unit › Module › Lesson",
            position=5,
            graded=True,
            weight=2.5,
            available_from=MOMENT,
            due_at=MOMENT,
        ),
    )


def test_containers_and_pages_mix_in_the_order_of_the_outline_without_hidden_ones(deep: Section) -> None:
    answer = scope_resources.load(context_of(deep, container_of(deep, "unit")))

    assert answer.children == (ChildItem("intro", "Intro", "page", 1), ChildItem("module", "Module", "module", 1))
    assert [page.key for page in answer.pages] == ["intro", "exercise"]
    assert answer.objective_count == 0


def test_an_empty_section_is_only_its_titles(institution: Institution) -> None:
    answer = scope_resources.load(context_of(make_section(institution)))

    assert (answer.label, answer.children, answer.pages, answer.objective_count) == ("Algebra", (), (), 0)

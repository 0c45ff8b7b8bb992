"""Evidence per objective, rolled up the tree, as a histogram over learners."""

from __future__ import annotations

import pytest

from courses.models import Institution, Section
from oracles.contract import OracleContext
from oracles.instructor import objectives
from oracles.payloads import EvidenceCell, ObjectiveRow
from tests.builders import make_activity, make_container, make_learner, make_objective, make_page, make_section
from tests.oracles.instructor.rows import (
    container_of,
    context_of,
    learners_of,
    make_answers,
    make_evidence,
    mix_the_class,
    objective_of,
    pages_of,
)


def cells(context: OracleContext) -> dict[str, tuple[EvidenceCell, ...]]:
    return {row.key: row.evidence for row in objectives.load(context).rows}


@pytest.mark.proves("T7")
def test_the_golden_mixture_gives_each_objective_its_histogram(section: Section) -> None:
    mix_the_class(section)

    answer = objectives.load(context_of(section))

    assert answer.class_size == 4
    assert answer.rows == (
        ObjectiveRow("objective-1", "Objective 1", None, 1, 0, (EvidenceCell(3, 0, 1), EvidenceCell(3, 3, 2))),
        ObjectiveRow("objective-2", "Objective 2", None, 2, 0, (EvidenceCell(3, 0, 1), EvidenceCell(3, 3, 1))),
    )


@pytest.mark.proves("T7")
def test_one_all_right_and_two_all_wrong_is_what_the_golden_objective_holds(section: Section) -> None:
    learners, pages, objective = learners_of(section), pages_of(section), objective_of(section, "objective-2")
    for number in (1, 2, 3):
        page = pages[f"unit-2-page-{number}"]
        make_answers(learners["Ada"], page, objective, right=1)
        make_answers(learners["Ben"], page, objective, wrong=1)
        make_answers(learners["Cleo"], page, objective, wrong=1)

    assert cells(context_of(section))["objective-2"] == (EvidenceCell(3, 0, 2), EvidenceCell(3, 3, 1))


def test_inside_a_unit_only_its_objectives_and_its_evidence_count(section: Section) -> None:
    mix_the_class(section)
    quiz, objective = pages_of(section)["quiz"], objective_of(section, "objective-1")
    make_evidence(learners_of(section)["Ada"], quiz, objective, wrong=5)

    assert cells(context_of(section, container_of(section, "unit-1"))) == {
        "objective-1": (EvidenceCell(3, 0, 1), EvidenceCell(3, 3, 2))
    }


@pytest.fixture
def tree(institution: Institution) -> Section:
    """Arithmetic over adding (over carrying) and taking away, one page each; geometry stands apart, unused."""
    section = make_section(institution)
    unit = make_container(section, "unit", (1, 4))
    arithmetic = make_objective(section, "arithmetic", (1, 4))
    adding = make_objective(section, "adding", (2, 3), arithmetic)
    carrying = make_objective(section, "carrying", (3, 3), adding)
    taking = make_objective(section, "taking", (4, 4), arithmetic)
    make_objective(section, "geometry", (5, 5))
    for position, objective in enumerate((adding, carrying, taking), start=2):
        make_activity(make_page(section, objective.key, position, unit), f"{objective.key}-question", [objective])
    make_learner(section, "Ada")
    make_learner(section, "Ben")
    return section


@pytest.mark.proves("T7")
def test_a_parent_sums_what_each_learner_did_under_it(tree: Section) -> None:
    ada, pages = learners_of(tree)["Ada"], pages_of(tree)
    make_answers(ada, pages["carrying"], objective_of(tree, "carrying"), right=4)
    make_answers(ada, pages["taking"], objective_of(tree, "taking"), wrong=1)

    assert cells(context_of(tree)) == {
        "arithmetic": (EvidenceCell(5, 4, 1),),
        "adding": (EvidenceCell(4, 4, 1),),
        "carrying": (EvidenceCell(4, 4, 1),),
        "taking": (EvidenceCell(1, 0, 1),),
    }


@pytest.mark.proves("T7")
def test_a_parent_adds_its_own_evidence_to_that_of_its_children(tree: Section) -> None:
    ada, pages = learners_of(tree)["Ada"], pages_of(tree)
    make_answers(ada, pages["adding"], objective_of(tree, "adding"), right=3)
    make_answers(ada, pages["carrying"], objective_of(tree, "carrying"), wrong=1)

    assert cells(context_of(tree))["adding"] == (EvidenceCell(4, 3, 1),)


def test_sums_are_made_per_learner_before_learners_are_counted(tree: Section) -> None:
    learners, pages = learners_of(tree), pages_of(tree)
    make_answers(learners["Ada"], pages["carrying"], objective_of(tree, "carrying"), right=1)
    make_answers(learners["Ben"], pages["taking"], objective_of(tree, "taking"), right=1)

    assert cells(context_of(tree))["arithmetic"] == (EvidenceCell(1, 1, 2),)


def test_ancestors_come_along_and_objectives_that_no_activity_names_do_not(tree: Section) -> None:
    answer = objectives.load(context_of(tree))

    assert [(row.key, row.parent_key, row.depth) for row in answer.rows] == [
        ("arithmetic", None, 0),
        ("adding", "arithmetic", 1),
        ("carrying", "adding", 2),
        ("taking", "arithmetic", 1),
    ]
    assert {row.evidence for row in answer.rows} == {()}


def test_an_objective_named_only_on_a_hidden_page_is_out(institution: Institution) -> None:
    section = make_section(institution)
    objective = make_objective(section, "secret", (1, 1))
    page = make_page(section, "hidden", 1, hidden=True)
    make_activity(page, "question", [objective])
    make_answers(make_learner(section, "Ada"), page, objective, right=3)

    assert objectives.load(context_of(section)).rows == ()


def test_only_enrolled_learners_give_evidence(section: Section) -> None:
    page, objective = pages_of(section)["unit-1-page-1"], objective_of(section, "objective-1")
    for name, role, status in (("Gone", "learner", "withdrawn"), ("Ines", "instructor", "enrolled")):
        make_answers(make_learner(section, name, role, status), page, objective, right=1)

    assert cells(context_of(section))["objective-1"] == ()


def test_an_empty_section_has_no_objectives(institution: Institution) -> None:
    answer = objectives.load(context_of(make_section(institution)))

    assert (answer.class_size, answer.rows) == (0, ())

"""How far each learner is in each child of the scope: as many at each threshold as the chart counts."""

from __future__ import annotations

import random

import pytest

from courses.models import Enrollment, Institution, Section
from oracles.contract import TenantId
from oracles.instructor import learner_progress, progress
from oracles.payloads import THRESHOLDS, BarStanding, LearnerProgress
from tests.builders import make_container, make_learner, make_page, make_progress, make_section
from tests.oracles.instructor.rows import container_of, context_of, learners_of, mix_the_class, pages_of

EPSILON = 1e-9


def at_least(answer: LearnerProgress, item: BarStanding, threshold: int) -> set[int]:
    """Counted by hand: everybody not named is at 0."""
    percents = dict(zip(item.learners, item.percents, strict=True))
    return {learner for learner in answer.learners if percents.get(learner, 0.0) >= threshold - EPSILON}


@pytest.mark.proves("ROW-T4")
def test_the_golden_class_is_told_apart(section: Section) -> None:
    mix_the_class(section)
    ids = {name: learner.pk for name, learner in learners_of(section).items()}

    answer = learner_progress.load(context_of(section))

    assert answer.learners == tuple(sorted(ids.values()))
    assert [(item.key, dict(zip(item.learners, item.percents, strict=True))) for item in answer.items] == [
        ("unit-1", {ids["Ada"]: 100.0, ids["Ben"]: 100.0, ids["Cleo"]: 100.0}),
        ("unit-2", {ids["Ada"]: 100.0, ids["Cleo"]: 100.0}),
        ("unit-3", {}),
    ]


@pytest.mark.proves("ROW-T4")
def test_at_every_threshold_the_learners_are_as_many_as_the_chart_counts(institution: Institution) -> None:
    section = make_section(institution)
    dice = random.Random(5)
    for unit in range(4):
        container = make_container(section, f"unit-{unit}", (10 * unit, 10 * unit + 9))
        for number in range(1 + unit * 2):
            make_page(section, f"page-{unit}-{number}", 10 * unit + 1 + number, container)
    for number in range(25):
        learner = make_learner(section, f"Learner {number:02}")
        for page in pages_of(section).values():
            if dice.random() < 0.6:
                make_progress(learner, page, dice.choice((0, 0.1, 0.3, 0.5, 0.7, 1)))

    chart = progress.load(context_of(section))
    answer = learner_progress.load(context_of(section))

    assert [item.key for item in answer.items] == [item.key for item in chart.items]
    for bar, item in zip(chart.items, answer.items, strict=True):
        assert tuple(len(at_least(answer, item, each)) for each in THRESHOLDS) == bar.at_least


def test_inside_a_container_the_pages_are_the_children(section: Section) -> None:
    ben = learners_of(section)["Ben"]
    make_progress(ben, pages_of(section)["quiz"], 0.5)

    answer = learner_progress.load(context_of(section, container_of(section, "unit-3")))

    assert answer.items == (BarStanding("quiz", (ben.pk,), (50.0,)),)


def test_who_has_left_is_neither_in_the_class_nor_behind_a_bar(section: Section) -> None:
    mix_the_class(section)
    ada = learners_of(section)["Ada"]
    rows = Enrollment.objects.for_tenant(TenantId(section.institution_id))
    rows.filter(section=section, learner=ada).update(status=Enrollment.Status.WITHDRAWN)

    answer = learner_progress.load(context_of(section))

    assert ada.pk not in answer.learners
    assert all(ada.pk not in item.learners for item in answer.items)

"""Random small sections: every oracle agrees with a plain recount of what was stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

import pytest

from courses.models import Container, Institution, Learner, Objective, Page, Section
from oracles.instructor import assessments, objectives, progress, progress_proficiency
from oracles.payloads import THRESHOLDS, EvidenceCell, ScoreCount
from tests.builders import (
    make_activity,
    make_container,
    make_learner,
    make_objective,
    make_page,
    make_progress,
    make_section,
)
from tests.oracles.instructor.rows import context_of, make_evidence, make_score

SEEDS = range(25)
ROLES = [("learner", "enrolled")] * 6 + [("learner", "withdrawn"), ("instructor", "enrolled")]


@dataclass
class Drawn:
    """A section as it was drawn: the rows, and what the recount needs to know of them."""

    section: Section
    containers: list[Container] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    counted: list[Learner] = field(default_factory=list)
    links: set[tuple[int, int]] = field(default_factory=set)
    """(page, objective)"""
    progress: dict[tuple[int, int], tuple[Fraction, int, int]] = field(default_factory=dict)
    """(learner, page) → share, first attempts, first correct"""
    evidence: dict[tuple[int, int, int], tuple[int, int]] = field(default_factory=dict)
    """(learner, page, objective) → first attempts, first correct"""
    scores: dict[tuple[int, int], float | None] = field(default_factory=dict)


def draw(institution: Institution, seed: int) -> Drawn:
    random = Random(seed)
    drawn = Drawn(make_section(institution))
    _draw_outline(drawn, random, None, iter(range(1, 1000)))
    _draw_objectives(drawn, random, None, iter(range(1, 1000)))
    for page in drawn.pages:
        _draw_activities(drawn, random, page)
    for number in range(random.randrange(7)):
        role, status = random.choice(ROLES)
        learner = make_learner(drawn.section, f"Learner {number}", role, status)
        if (role, status) == ("learner", "enrolled"):
            drawn.counted.append(learner)
        for page in drawn.pages:
            _draw_work(drawn, random, learner, page)
    return drawn


def _draw_outline(
    drawn: Drawn, random: Random, parent: Container | None, numbers: Iterator[int], depth: int = 0
) -> int:
    last = parent.position if parent else 0
    for _ in range(random.randrange(4)):
        last = next(numbers)
        if depth < 3 and random.random() < 0.5:
            container = make_container(
                drawn.section, f"container-{last}", (last, last), parent, hidden=random.random() < 0.15
            )
            drawn.containers.append(container)
            last = _draw_outline(drawn, random, container, numbers, depth + 1)
            container.last_position = last
            container.save()
            continue
        hidden, graded = random.random() < 0.15, random.random() < 0.4
        drawn.pages.append(make_page(drawn.section, f"page-{last}", last, parent, hidden=hidden, graded=graded))
    return last


def _draw_objectives(drawn: Drawn, random: Random, parent: Objective | None, numbers: Iterator[int]) -> int:
    last = parent.position if parent else 0
    for _ in range(random.randrange(3)):
        last = next(numbers)
        objective = make_objective(drawn.section, f"objective-{last}", (last, last), parent)
        drawn.objectives.append(objective)
        if objective.depth < 3:
            last = _draw_objectives(drawn, random, objective, numbers)
            objective.last_position = last
            objective.save()
    return last


def _draw_activities(drawn: Drawn, random: Random, page: Page) -> None:
    for number in range(random.randrange(3)):
        named = random.sample(drawn.objectives, min(len(drawn.objectives), random.randrange(3)))
        make_activity(page, f"{page.key}-{number}", named)
        drawn.links |= {(page.pk, objective.pk) for objective in named}


def _draw_work(drawn: Drawn, random: Random, learner: Learner, page: Page) -> None:
    if random.random() < 0.3:
        return
    parts = random.randint(1, 10)
    share, attempts = Fraction(random.randint(0, parts), parts), random.randrange(4)
    right = random.randint(0, attempts)
    drawn.progress[learner.pk, page.pk] = share, attempts, right
    make_progress(learner, page, float(share), first_attempts=attempts, first_correct=right)
    for page_id, objective_id in sorted(drawn.links):
        if page_id == page.pk:
            objective = next(each for each in drawn.objectives if each.pk == objective_id)
            drawn.evidence[learner.pk, page.pk, objective_id] = attempts, right
            make_evidence(learner, page, objective, right=right, wrong=attempts - right)
    if page.graded:
        score = random.choice([None, random.randint(0, 20)])
        drawn.scores[learner.pk, page.pk] = score
        make_score(learner, page, score, out_of=20)


# ---- the recount ---------------------------------------------------------------------------------------------


def is_under(node: Container | Page, container: Container) -> bool:
    """Whether a walk up the parents meets the container (positions are not asked)."""
    above = node.container if isinstance(node, Page) else node.parent
    while above is not None:
        if above.pk == container.pk:
            return True
        above = above.parent
    return False


def is_seen(drawn: Drawn, node: Container | Page) -> bool:
    closed = [container for container in drawn.containers if container.hidden]
    return not node.hidden and not any(is_under(node, container) for container in closed)


def pages_in(drawn: Drawn, scope: Container | None) -> list[Page]:
    return [page for page in drawn.pages if is_seen(drawn, page) and (scope is None or is_under(page, scope))]


def children_in(drawn: Drawn, scope: Container | None) -> list[Container | Page]:
    wanted = scope.pk if scope else None
    children: list[Container | Page] = [each for each in drawn.containers if each.parent_id == wanted]
    children += [each for each in drawn.pages if each.container_id == wanted]
    return sorted((each for each in children if is_seen(drawn, each)), key=lambda each: each.position)


def shares(drawn: Drawn, pages: list[Page]) -> list[Fraction]:
    nothing = (Fraction(0), 0, 0)
    return [
        sum((drawn.progress.get((learner.pk, page.pk), nothing)[0] for page in pages), Fraction(0)) / len(pages)
        for learner in drawn.counted
        if pages
    ]


def line_of(drawn: Drawn, objective: Objective) -> Iterator[int]:
    above: Objective | None = objective
    while above is not None:
        yield above.pk
        above = above.parent


def histogram(pairs: Iterable[tuple[int, int]]) -> tuple[EvidenceCell, ...]:
    counts = Counter(pair for pair in pairs if pair[0])
    return tuple(EvidenceCell(*pair, counts[pair]) for pair in sorted(counts))


def for_each_scope(check: Callable[[Drawn, Container | None], None]) -> Callable[[Institution, int], None]:
    @pytest.mark.parametrize("seed", SEEDS)
    def test(institution: Institution, seed: int) -> None:
        drawn = draw(institution, seed)
        for scope in (None, *drawn.containers):
            check(drawn, scope)

    return test


@for_each_scope
def test_progress_agrees_with_a_recount(drawn: Drawn, scope: Container | None) -> None:
    answer = progress.load(context_of(drawn.section, scope))

    children = children_in(drawn, scope)
    assert answer.class_size == len(drawn.counted)
    assert [item.key for item in answer.items] == [child.key for child in children]
    for item, child in zip(answer.items, children, strict=True):
        pages = [child] if isinstance(child, Page) else pages_in(drawn, child)
        each = shares(drawn, pages)
        assert item.page_count == len(pages)
        assert item.at_least == tuple(sum(share * 100 >= threshold for share in each) for threshold in THRESHOLDS)
        assert item.total == pytest.approx(float(sum(each)), abs=1e-9)


@for_each_scope
def test_standings_agree_with_a_recount(drawn: Drawn, scope: Container | None) -> None:
    answer = progress_proficiency.load(context_of(drawn.section, scope))

    pages = pages_in(drawn, scope)
    assert answer.page_count == len(pages)
    assert [row.learner_id for row in answer.learners] == [learner.pk for learner in drawn.counted]
    for row, share in zip(answer.learners, shares(drawn, pages), strict=bool(pages)):
        done = [
            drawn.progress[row.learner_id, page.pk] for page in pages if (row.learner_id, page.pk) in drawn.progress
        ]
        assert row.progress == pytest.approx(float(share), abs=1e-9)
        assert (row.first_attempts, row.first_correct) == (sum(each[1] for each in done), sum(each[2] for each in done))


@for_each_scope
def test_objectives_agree_with_a_recount(drawn: Drawn, scope: Container | None) -> None:
    answer = objectives.load(context_of(drawn.section, scope))

    inside = {page.pk for page in pages_in(drawn, scope)}
    named = {objective_id for page_id, objective_id in drawn.links if page_id in inside}
    lines = {each.pk: set(line_of(drawn, each)) for each in drawn.objectives if each.pk in named}
    expected = {}
    for objective in sorted(drawn.objectives, key=lambda each: each.position):
        if not any(objective.pk in line for line in lines.values()):
            continue
        per_learner = []
        for learner in drawn.counted:
            seen = [
                pair
                for (learner_id, page_id, objective_id), pair in drawn.evidence.items()
                if learner_id == learner.pk and page_id in inside and objective.pk in lines.get(objective_id, ())
            ]
            per_learner.append((sum(pair[0] for pair in seen), sum(pair[1] for pair in seen)))
        expected[objective.key] = histogram(per_learner)
    assert list(expected.items()) == [(row.key, row.evidence) for row in answer.rows]


@for_each_scope
def test_assessments_agree_with_a_recount(drawn: Drawn, scope: Container | None) -> None:
    answer = assessments.load(context_of(drawn.section, scope))

    graded = [page for page in pages_in(drawn, scope) if page.graded]
    assert [row.key for row in answer.rows] == [page.key for page in graded]
    for row, page in zip(answer.rows, graded, strict=True):
        found = [
            drawn.scores[learner.pk, page.pk] for learner in drawn.counted if (learner.pk, page.pk) in drawn.scores
        ]
        percents = Counter(score * 5.0 for score in found if score is not None)
        assert row.scores == tuple(ScoreCount(percent, percents[percent]) for percent in sorted(percents))
        assert (row.submitted, row.awaiting_grade) == (len(found), found.count(None))

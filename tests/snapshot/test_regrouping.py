"""A preview counts who would go where; checked against grouping every learner by hand."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from courses.contract import SupportThresholds
from oracles import contract
from oracles.contract import DataStamp, Loaded
from oracles.payloads import LearnerInfo, LearnerRow, LearnerStanding, ProgressProficiency
from snapshot.projections.regrouping import Regrouping, grouped_by, regroup
from snapshot.projections.student_support import BUCKETS
from tests.snapshot.classroom import COURSE, NOW, metadata

pytestmark = pytest.mark.proves("ROW-T6", "UX-4", "UX-c")

NOW_IN_FORCE = SupportThresholds()
OTHERS = SupportThresholds(
    inactivity_days=14, progress_low=55, progress_high=90, proficiency_low=60, proficiency_high=70
)


def a_class(seed: int, size: int) -> tuple[list[LearnerStanding], list[LearnerRow]]:
    draw = random.Random(seed)
    standings, people = [], []
    for learner in range(size):
        attempts = draw.randrange(10)
        standings.append(LearnerStanding(learner, draw.random(), attempts, draw.randint(0, attempts)))
        last = draw.choice([None, 0, 3, 8, 10, 13, 20])
        when = None if last is None else NOW - timedelta(days=last)
        people.append(LearnerRow(learner, f"ext-{learner}", f"Learner {learner}", "", when))
    return standings, people


def by_hand(standing: LearnerStanding, limits: SupportThresholds) -> str:
    """The four rules as the specification has them, without a line of the product."""
    if standing.progress is None or standing.first_attempts < 3:
        return "not_enough_information"
    done = 100 * standing.progress
    able = 100 * (standing.first_correct + 0.2 * (standing.first_attempts - standing.first_correct))
    able /= standing.first_attempts
    if done >= limits.progress_high and able >= limits.proficiency_high:
        return "excelling"
    if (done < limits.progress_low or done > limits.progress_high) and able <= limits.proficiency_low:
        return "struggling"
    return "on_track"


def foretold(standings: list[LearnerStanding], people: list[LearnerRow]) -> Regrouping:
    payloads = {
        contract.PROGRESS_PROFICIENCY: ProgressProficiency(7, tuple(standings)),
        contract.LEARNER_INFO: LearnerInfo(tuple(people)),
    }
    results = {key: Loaded(COURSE, key, payload, 1, DataStamp()) for key, payload in payloads.items()}
    now = grouped_by(NOW_IN_FORCE, metadata(), results)
    then = grouped_by(OTHERS, metadata(), results)
    assert now is not None
    assert then is not None
    return regroup(now, then)


def test_every_cell_is_the_number_of_learners_who_go_that_way() -> None:
    standings, people = a_class(seed=7, size=500)

    found = foretold(standings, people)

    for row, start in enumerate(BUCKETS):
        for column, end in enumerate(BUCKETS):
            expected = sum(by_hand(each, NOW_IN_FORCE) == start and by_hand(each, OTHERS) == end for each in standings)
            assert found.matrix[row][column] == expected, (start, end)
    assert found.moved == sum(by_hand(each, NOW_IN_FORCE) != by_hand(each, OTHERS) for each in standings)
    assert sum(found.now) == sum(found.then) == 500


def test_who_leaves_inactive_is_counted_apart_from_the_groups() -> None:
    standings, people = a_class(seed=8, size=300)
    quiet = [(NOW - row.last_activity).days if row.last_activity else 999 for row in people]

    found = foretold(standings, people)

    assert found.inactive_now == sum(days >= 7 for days in quiet)
    assert found.inactive_then == sum(days >= 14 for days in quiet)
    assert found.out_of_inactive == sum(7 <= days < 14 for days in quiet) > 0
    assert found.into_inactive == 0


def test_without_an_answer_nothing_is_foretold() -> None:
    assert grouped_by(OTHERS, metadata(), {}) is None

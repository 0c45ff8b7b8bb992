"""Answers of all oracles, drawn at random: any outline, any class, any work; each agrees with the others."""

from __future__ import annotations

from collections import Counter
from random import Random

from oracles import contract
from oracles.contract import DataStamp, Loaded, OracleKey, OracleResult, Payload
from oracles.payloads import (
    THRESHOLDS,
    AssessmentRow,
    Assessments,
    ChildItem,
    EvidenceCell,
    LearnerInfo,
    LearnerRow,
    LearnerStanding,
    ObjectiveRow,
    Objectives,
    PageItem,
    Progress,
    ProgressItem,
    ProgressProficiency,
    SchedulePosition,
    ScopeResources,
    ScoreCount,
)
from snapshot.assembler import assemble
from snapshot.contract import Snapshot
from tests.snapshot.classroom import COURSE, NOW, metadata

SHARES = (0.0, 0.1, 1 / 3, 0.5, 2 / 3, 0.91, 0.999, 1.0)


def snapshot_drawn(dice: Random) -> Snapshot:
    """Assembled of answers that nobody wrote down beforehand."""
    size, children, pages, objectives = dice.randrange(41), dice.randrange(11), dice.randrange(7), dice.randrange(9)
    payloads: dict[OracleKey, Payload] = {
        contract.SCOPE_RESOURCES: _resources(children, pages, objectives),
        contract.SCHEDULE_POSITION: dice.choice([SchedulePosition(), SchedulePosition("unit-1", "Unit 1")]),
        contract.LEARNER_INFO: LearnerInfo(tuple(_person(n) for n in range(size))),
        contract.PROGRESS: Progress(size, tuple(_progress(n, size, dice) for n in range(children))),
        contract.PROGRESS_PROFICIENCY: ProgressProficiency(9, tuple(_standing(n, dice) for n in range(size))),
        contract.OBJECTIVES: Objectives(size, tuple(_objective(n, size, dice) for n in range(objectives))),
        contract.ASSESSMENTS: Assessments(size, tuple(_assessment(n, size, dice) for n in range(pages))),
    }
    results: dict[OracleKey, OracleResult] = {
        key: Loaded(COURSE, key, payload, 1, DataStamp(as_of=NOW)) for key, payload in payloads.items()
    }
    return assemble(metadata(), COURSE, "1", results, "drawn")


def _resources(children: int, pages: int, objectives: int) -> ScopeResources:
    items = tuple(ChildItem(f"unit-{n}", f"Unit {n}", "unit", n + 1) for n in range(children))
    graded = tuple(PageItem(f"quiz-{n}", f"Quiz {n}", "Unit 1", n, graded=True) for n in range(pages))
    return ScopeResources("Algebra", "Autumn", "Autumn", (), items, graded, objectives)


def _person(number: int) -> LearnerRow:
    return LearnerRow(number, f"ext-{number}", f"Learner {number}", "", NOW if number % 3 else None)


def _progress(number: int, size: int, dice: Random) -> ProgressItem:
    shares = [dice.choice(SHARES) for _ in range(size)]
    at_least = tuple(sum(100 * share >= threshold for share in shares) for threshold in THRESHOLDS)
    return ProgressItem(f"unit-{number}", number + 1, at_least, sum(shares))


def _standing(learner: int, dice: Random) -> LearnerStanding:
    attempts = dice.randrange(12)
    return LearnerStanding(learner, dice.choice(SHARES), attempts, dice.randint(0, attempts))


def _objective(number: int, size: int, dice: Random) -> ObjectiveRow:
    """Every third one is a part of the one before it."""
    skill = dice.random()
    learners = [dice.randrange(9) for _ in range(dice.randint(0, size))]
    cells = Counter((attempts, sum(dice.random() < skill for _ in range(attempts))) for attempts in learners)
    evidence = tuple(EvidenceCell(*cell, count) for cell, count in sorted(cells.items()))
    is_part = number % 3 == 2
    parent = f"objective-{number - 1}" if is_part else None
    return ObjectiveRow(f"objective-{number}", f"Objective {number}", parent, number, int(is_part), evidence)


def _assessment(number: int, size: int, dice: Random) -> AssessmentRow:
    taken = dice.randint(0, size)
    scores = Counter(dice.choice((0.0, 9.99, 10.0, 55.5, 100 / 3, 99.95, 100.0, 110.0)) for _ in range(taken))
    counts = tuple(ScoreCount(percent, count) for percent, count in sorted(scores.items()))
    waiting = dice.randint(0, size - taken)
    return AssessmentRow(f"quiz-{number}", counts, taken + waiting, waiting, dice.randint(0, taken))

"""Who is on which side of a bar, and where each learner stands with an assessment. Pure.

The rules are those of the numbers: at or above the threshold, by exact values; missing is past due with nothing handed
in, and work that awaits its grade is not missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from oracles.payloads import HandIn, HandIns, LearnerProgress

EPSILON = 1e-9
"""As in the statements of the oracles: 0.1 + 0.2 is not 0.3, and is 30 %."""

type Ids = frozenset[int]


def percents(answer: LearnerProgress, key: str) -> Mapping[int, float] | None:
    """How far everybody who has begun this bar is, 0..100; nothing when there is no such bar."""
    item = next((item for item in answer.items if item.key == key), None)
    return None if item is None else dict(zip(item.learners, item.percents, strict=True))


def side(answer: LearnerProgress, key: str, threshold: int, which: str) -> Ids | None:
    """The learners who are `done` at this threshold, or not yet (`todo`): whoever has not begun is at 0."""
    begun = percents(answer, key)
    if begun is None:
        return None
    done = frozenset(learner for learner, value in begun.items() if value >= threshold - EPSILON)
    return done if which == "done" else frozenset(answer.learners) - done


def hand_ins_of(answer: HandIns, key: str) -> Mapping[int, HandIn] | None:
    """What was handed in for this page, by learner; nothing when there is no such page."""
    page = next((page for page in answer.pages if page.key == key), None)
    return None if page is None else {each.learner_id: each for each in page.hand_ins}


def listed(answer: HandIns, key: str, which: str, *, is_past_due: bool) -> Ids | None:
    """The learners of one list of an assessment, as its card counts them."""
    found = hand_ins_of(answer, key)
    if found is None:
        return None
    match which:
        case "late":
            return frozenset(learner for learner, each in found.items() if each.is_late)
        case "awaiting":
            return frozenset(learner for learner, each in found.items() if each.awaits_grade)
        case "missing":
            return frozenset(answer.learners) - frozenset(found) if is_past_due else frozenset()
    scored = frozenset(learner for learner, each in found.items() if each.percent is not None)
    return frozenset(answer.learners) - scored


def is_past_due(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at < now

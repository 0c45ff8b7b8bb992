"""What speaks against a review, told before somebody approves it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from experiences.decision_console.checking import sends_mail
from experiences.decision_console.contract import STALE_AFTER, Outcome, QueuedDecision, Why


@dataclass(frozen=True, slots=True)
class ReviewConflict:
    """`code` says what; `count` how many it is about; `decision_id` 0 is the review as a whole."""

    code: str
    count: int
    decision_id: int = 0


def conflicts(
    decisions: Sequence[QueuedDecision], foreseen: Mapping[int, Mapping[Why, int]], now: datetime
) -> tuple[ReviewConflict, ...]:
    """Learners who would be written to more than once, who is left out or would be skipped and why, choices made on
    old data.
    """
    parts = (found for each in decisions for found in _of(each, foreseen.get(each.id, {}), now))
    return (*_written_to_twice(decisions), *parts)


def _written_to_twice(decisions: Sequence[QueuedDecision]) -> Iterator[ReviewConflict]:
    mails = Counter(
        target.learner_id
        for decision in decisions
        if sends_mail(decision.kind, decision.wording)
        for target in decision.targets
        if target.outcome is Outcome.WAITING
    )
    twice = sum(count > 1 for count in mails.values())
    if twice:
        yield ReviewConflict("same_learner", twice)


def _of(decision: QueuedDecision, foreseen: Mapping[Why, int], now: datetime) -> Iterator[ReviewConflict]:
    left_out = Counter(target.why for target in decision.excluded)
    for why in (Why.DUPLICATE, Why.ALLOWANCE, Why.NO_ADDRESS, Why.BY_HAND):
        if left_out[why]:
            yield ReviewConflict(why.value, left_out[why], decision.id)
    for why, count in sorted(foreseen.items()):
        yield ReviewConflict(why.value, count, decision.id)
    if decision.as_of is None or now - decision.as_of > STALE_AFTER:
        yield ReviewConflict("old_data", 1, decision.id)

"""What the state of its mail says about a target, and what the targets say about a decision. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from experiences.decision_console.contract import PENDING, TROUBLED, Outcome, Target, Why
from experiences.decision_console.states import Settled
from experiences.outbox.contract import Status

MAIL_SAYS: Mapping[Status, tuple[Outcome, Why]] = {
    Status.QUEUED: (Outcome.QUEUED, Why.NONE),
    Status.CLAIMED: (Outcome.QUEUED, Why.NONE),
    Status.SENT: (Outcome.DONE, Why.NONE),
    Status.FAILED: (Outcome.FAILED, Why.NONE),
    Status.UNKNOWN: (Outcome.UNKNOWN, Why.NONE),
    Status.CANCELLED: (Outcome.SKIPPED, Why.CALLED_OFF),
}
FOLLOW_MAIL = frozenset({Outcome.QUEUED}) | TROUBLED
"""Outcomes that may still change with the mail."""


def follow(target: Target, mails: Mapping[str, Status]) -> Target:
    """The target as its mail stands now."""
    status = mails.get(target.mail_key)
    if status is None or target.outcome not in FOLLOW_MAIL:
        return target
    outcome, why = MAIL_SAYS[status]
    return replace(target, outcome=outcome, why=why)


def settled(targets: Iterable[Target]) -> Settled:
    """What a decision is told of its targets."""
    outcomes = [target.outcome for target in targets]
    return Settled(
        pending=sum(outcome in PENDING for outcome in outcomes),
        troubled=sum(outcome in TROUBLED for outcome in outcomes),
    )

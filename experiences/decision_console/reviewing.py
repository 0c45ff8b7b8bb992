"""Review and approve: what is looked at is frozen, and the approval is bound to it (K-06, K-12)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from experiences.decision_console import allowance
from experiences.decision_console.checking import obstacles
from experiences.decision_console.chronicle import Hand, note
from experiences.decision_console.content import Content, content_of, differences, digest
from experiences.decision_console.contract import Difference, NotThere, QueuedDecision, Refused, StaleApproval
from experiences.decision_console.models import Approval, Decision, ReviewBatch
from experiences.decision_console.reading import some, standing_of
from experiences.decision_console.staging import locked, save
from experiences.decision_console.states import Approved, Reviewed, State, step

DECIDED = frozenset({State.APPROVED, State.EXECUTING, State.DONE, State.ATTENTION})
"""Approved, or further."""


def open_review(hand: Hand, decision_ids: Collection[int], course: str, origins: Collection[str]) -> int:
    """These decisions are in review together, as they stand now; returns the review's id.

    Raises:
        NotThere: one of them is not of this section.
        Refused: one of them is not ready, or nothing was chosen.
        IllegalMove: one of them is past that.
    """
    if not decision_ids:
        raise Refused("nothing_chosen")
    with transaction.atomic():
        rows = [locked(hand, pk) for pk in sorted(set(decision_ids))]
        found = some(hand.tenant_id, hand.section_id, [row.pk for row in rows], hand.now)
        blocked = sum(bool(obstacles(each, course, origins, hand.now)) for each in found)
        if blocked:
            raise Refused("not_ready", decisions=blocked)
        content = content_of(found, course)
        batch = ReviewBatch.objects.for_tenant(hand.tenant_id).create(
            section_id=hand.section_id,
            content=content,
            content_hash=digest(content),
            opened_by=hand.actor,
            opened_at=hand.now,
        )
        for row in rows:
            _enter(hand, row, batch)
        return batch.pk


def approve(hand: Hand, batch_id: int, content_hash: str, course: str) -> bool:
    """The person of this hand has approved exactly that; returns whether as many have as must. Twice is once.

    Raises:
        NotThere: no such review here.
        StaleApproval: something is not what was looked at.
    """
    assert hand.user_id is not None, "an approval is a person's"
    with transaction.atomic():
        needed = 2 if allowance.locked_settings(hand.tenant_id).needs_second_approver else 1
        batch = batch_of(hand, batch_id)
        rows = [locked(hand, int(pk)) for pk in sorted(batch.content, key=int) if _is_there(hand, int(pk))]
        now = some(hand.tenant_id, hand.section_id, [row.pk for row in rows], hand.now)
        _refuse_if_stale(batch, content_hash, now, course)
        approvals = Approval.objects.for_tenant(hand.tenant_id).filter(batch=batch)
        before = frozenset(approvals.values_list("user_id", flat=True))
        if hand.user_id not in before:
            Approval.objects.for_tenant(hand.tenant_id).create(
                batch=batch, user_id=hand.user_id, actor=hand.actor, content_hash=content_hash, at=hand.now
            )
        moves = [_approve(hand, row, frozenset(pk or 0 for pk in before), needed) for row in rows]
        return all(moves)


def batch_of(hand: Hand, batch_id: int) -> ReviewBatch:
    """The review.

    Raises:
        NotThere: it is not of this section.
    """
    rows = ReviewBatch.objects.for_tenant(hand.tenant_id).filter(section_id=hand.section_id, pk=batch_id)
    batch = rows.first()
    if batch is None:
        raise NotThere("review")
    return batch


def approvals_of(hand: Hand, batch: ReviewBatch) -> tuple[tuple[str, str, datetime], ...]:
    """Who approved it, by pseudonym and account, and when."""
    rows = Approval.objects.for_tenant(hand.tenant_id).filter(batch=batch)
    return tuple(rows.order_by("pk").values_list("actor", "user__username", "at"))


def stale(batch: ReviewBatch, now: Sequence[QueuedDecision], course: str) -> tuple[Difference, ...]:
    """What is not what was frozen, of decisions of which nothing has happened yet."""
    frozen: Content = batch.content
    waiting = [each for each in now if each.state not in DECIDED - {State.APPROVED}]
    happened = {str(each.id) for each in now} - {str(each.id) for each in waiting}
    expected = {pk: fields for pk, fields in frozen.items() if pk not in happened}
    moved = tuple(
        Difference(each.id, "state", State.IN_REVIEW.value, each.state.value)
        for each in waiting
        if each.state not in {State.IN_REVIEW, State.APPROVED} or each.batch_id != batch.pk
    )
    return (*differences(expected, content_of(waiting, course)), *moved)


def _refuse_if_stale(batch: ReviewBatch, seen: str, now: Sequence[QueuedDecision], course: str) -> None:
    found = stale(batch, now, course)
    if found:
        raise StaleApproval(found)
    if seen != batch.content_hash:
        raise StaleApproval((Difference(0, "content", seen[:12], batch.content_hash[:12]),))


def _enter(hand: Hand, row: Decision, batch: ReviewBatch) -> None:
    standing = step(standing_of(row), Reviewed(), hand.now)
    row.batch = batch
    save(row, standing)
    note(hand, row, "reviewed", {}, {"review": batch.pk, "content": batch.content_hash})


def _approve(hand: Hand, row: Decision, before: frozenset[int], needed: int) -> bool:
    if State(row.state) in DECIDED:
        return True
    assert hand.user_id is not None
    standing = step(standing_of(row, before), Approved(hand.user_id, needed), hand.now)
    save(row, standing)
    if hand.user_id not in before:
        note(hand, row, "approved", {}, {"approvals": len(standing.approvals), "needed": needed})
    return standing.state is State.APPROVED


def _is_there(hand: Hand, decision_id: int) -> bool:
    return Decision.objects.for_tenant(hand.tenant_id).filter(section_id=hand.section_id, pk=decision_id).exists()

"""Decide: stage, edit, snooze, discard, expire. Nothing leaves here.

Everything that touches contacts or slots holds the institution's settings row first, then the decision's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from courses.tenancy import TenantQuerySet
from experiences.decision_console import allowance
from experiences.decision_console.checking import sends_mail
from experiences.decision_console.chronicle import Hand, changed, note
from experiences.decision_console.contract import (
    LONGEST_REASON,
    LONGEST_RULE,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    Conflict,
    Draft,
    NotThere,
    Outcome,
    Refused,
    Why,
    Wording,
)
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import ConsoleSettings, Decision, DecisionTarget
from experiences.decision_console.reading import standing_of, wording_of
from experiences.decision_console.states import (
    Discarded,
    Edited,
    Event,
    Expired,
    IllegalMove,
    Snoozed,
    Standing,
    State,
    Woken,
    stands_at,
    step,
)
from experiences.decision_console.storing import store
from experiences.decision_console.targeting import chosen_targets, exclude, refuse_if_empty, taken, unreachable


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants to change, seeing version `version`; `kept` are the targets that stay in."""

    version: int
    wording: Wording
    kept: frozenset[int]


def stage(hand: Hand, draft: Draft) -> int:
    """The decision is staged, with its targets as they are now; returns its id. The same once more is the same one.

    Raises:
        NotThere: a learner is not enrolled here, or a page is not of this section.
        Refused: there is nobody left whom it could be about; or it is too long.
    """
    _check(draft.wording, draft.rule)
    with transaction.atomic():
        settings = allowance.locked_settings(hand.tenant_id)
        targets = chosen_targets(hand, draft)
        held = taken(hand, targets)
        merged = _same(hand, draft, targets, held)
        if merged is not None:
            return merged
        _sort_out(hand, draft, settings, targets, held)
        return store(hand, draft, settings, targets)


def edit(hand: Hand, decision_id: int, asked: Edit) -> bool:
    """The decision says this now, in a new version; approvals are void. `False`: it said so before, nothing changed.

    Raises:
        NotThere, Conflict, Refused, IllegalMove: nothing was changed.
    """
    _check(asked.wording, "")
    with transaction.atomic():
        settings = allowance.locked_settings(hand.tenant_id)
        row = locked(hand, decision_id)
        if row.version != asked.version:
            raise Conflict(f"expected version {asked.version}, got {row.version}")
        before = wording_of(row)
        if asked.wording == before and not _left_out(hand, row, asked.kept):
            return False
        standing = step(_now(row, hand.now), Edited(asked.wording.run_at), hand.now)
        _write(row, standing, asked.wording)
        left_out = _keep_only(hand, row, asked.kept)
        excluded = _follow_text(hand, row, settings, before)
        old, new = changed(before, asked.wording)
        note(hand, row, "edited", old, {**new, "left_out": left_out, "excluded": excluded})
        return True


def snooze(hand: Hand, decision_id: int, until: datetime) -> None:
    """It is out of sight until then; raises as `edit`."""
    _move(hand, decision_id, Snoozed(until), "snoozed", {"until": until.isoformat()})


def wake(hand: Hand, decision_id: int) -> None:
    """It is back in the queue; raises as `edit`."""
    _move(hand, decision_id, Woken(), "woken", {})


def discard(hand: Hand, decision_id: int) -> None:
    """It will never be executed; its contacts are free again. Discarding twice is discarding once."""
    with transaction.atomic():
        allowance.locked_settings(hand.tenant_id)
        row = locked(hand, decision_id)
        if row.state != State.DISCARDED:
            _end(hand, row, Discarded(), "discarded")


def expire_due(hand: Hand) -> int:
    """What was staged too long ago has expired, what was snoozed long enough is back; returns how many moved."""
    rows = Decision.objects.for_tenant(hand.tenant_id).filter(section_id=hand.section_id)
    waiting = rows.filter(state__in=(State.STAGED, State.SNOOZED, State.IN_REVIEW, State.APPROVED))
    moved = 0
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        moved += _follow_time(hand, pk)
    return moved


def locked(hand: Hand, decision_id: int) -> Decision:
    """The decision, held until the transaction ends.

    Raises:
        NotThere: it is not of this section.
    """
    rows = Decision.objects.for_tenant(hand.tenant_id).filter(section_id=hand.section_id, pk=decision_id)
    row = rows.select_for_update().first()
    if row is None:
        raise NotThere("decision")
    return row


def save(row: Decision, standing: Standing) -> None:
    """The decision stands there."""
    row.state, row.version = standing.state.value, standing.version
    row.run_at, row.snoozed_until = standing.run_at, standing.snoozed_until
    row.save()


def _now(row: Decision, now: datetime) -> Standing:
    standing = stands_at(standing_of(row), now)
    if standing.state is State.EXPIRED and row.state != State.EXPIRED:
        raise IllegalMove("it has expired")
    return standing


def _follow_time(hand: Hand, decision_id: int) -> bool:
    with transaction.atomic():
        allowance.locked_settings(hand.tenant_id)
        row = locked(hand, decision_id)
        before = standing_of(row)
        after = stands_at(before, hand.now)
        if after.state == before.state:
            return False
        if after.state is State.EXPIRED:
            _end(hand, row, Expired(), "expired")
        else:
            save(row, after)
            note(hand, row, "woken", {}, {})
        return True


def _move(hand: Hand, decision_id: int, event: Event, name: str, after: dict[str, object]) -> None:
    with transaction.atomic():
        row = locked(hand, decision_id)
        save(row, step(_now(row, hand.now), event, hand.now))
        note(hand, row, name, {}, after)


def _end(hand: Hand, row: Decision, event: Event, name: str) -> None:
    before = row.state
    standing = step(standing_of(row), event, hand.now)
    row.ended_at = hand.now
    save(row, standing)
    targets = _targets(hand, row).filter(is_open=True)
    ids = list(targets.values_list("pk", flat=True))
    targets.update(is_open=False, outcome=Outcome.DROPPED, at=hand.now)
    allowance.account(hand.tenant_id, ids, Outcome.DROPPED, hand.now)
    note(hand, row, name, {"state": before}, {"state": row.state, "released": len(ids)})


def _same(hand: Hand, draft: Draft, targets: list[DecisionTarget], held: Mapping[str, int]) -> int | None:
    """The staged decision that is about exactly these already: a second click, or a second tab."""
    if len(set(held.values())) != 1 or len(held) != len(targets):
        return None
    decision_id = next(iter(held.values()))
    row = locked(hand, decision_id)
    if row.state != State.STAGED or row.rule != draft.rule:
        return None
    note(hand, row, "merged", {}, {"targets": len(targets)})
    return decision_id


def _sort_out(
    hand: Hand, draft: Draft, settings: ConsoleSettings, targets: list[DecisionTarget], held: Mapping[str, int]
) -> None:
    """Who is held by another decision, or cannot be written to, is excluded, with the reason."""
    for target in targets:
        if target.slot in held:
            exclude(target, Why.DUPLICATE)
    if sends_mail(draft.kind, draft.wording):
        for target, why in unreachable(hand, settings, [one for one in targets if one.is_open]):
            exclude(target, why)
    refuse_if_empty(targets)


def _write(row: Decision, standing: Standing, wording: Wording) -> None:
    row.subject, row.text, row.moment, row.reason = wording.subject, wording.text, wording.moment, wording.reason
    save(row, standing)


def _keep_only(hand: Hand, row: Decision, kept: frozenset[int]) -> int:
    """Targets that were taken out are excluded, and their contacts free; returns how many."""
    return _leave_out(hand, row, [(one, Why.BY_HAND) for one in _left_out(hand, row, kept)])


def _left_out(hand: Hand, row: Decision, kept: frozenset[int]) -> list[DecisionTarget]:
    return [one for one in _targets(hand, row).filter(is_open=True) if one.pk not in kept]


def _follow_text(hand: Hand, row: Decision, settings: ConsoleSettings, before: Wording) -> int:
    """Contacts are reserved or released if the decision began or ceased to send mail; returns who is left out by it."""
    did, does = sends_mail(Kind(row.kind), before), sends_mail(Kind(row.kind), wording_of(row))
    if did == does:
        return 0
    targets = list(_targets(hand, row).filter(is_open=True))
    if did:
        allowance.account(hand.tenant_id, [one.pk for one in targets], Outcome.EXCLUDED, hand.now)
        return 0
    silent = unreachable(hand, settings, targets)
    left_out = {one.pk for one, _ in silent}
    allowance.reserve(hand.tenant_id, [one for one in targets if one.pk not in left_out], hand.now)
    return _leave_out(hand, row, silent)


def _leave_out(hand: Hand, row: Decision, targets: list[tuple[DecisionTarget, Why]]) -> int:
    for target, why in targets:
        exclude(target, why)
        target.save(update_fields=["outcome", "why", "is_open"])
    allowance.account(hand.tenant_id, [one.pk for one, _ in targets], Outcome.EXCLUDED, hand.now)
    if targets and not _targets(hand, row).filter(is_open=True).exists():
        raise Refused("nobody_left")
    return len(targets)


def _targets(hand: Hand, row: Decision) -> TenantQuerySet[DecisionTarget]:
    return DecisionTarget.objects.for_tenant(hand.tenant_id).filter(decision=row)


def _check(wording: Wording, rule: str) -> None:
    lengths = (
        (wording.subject, LONGEST_SUBJECT),
        (wording.text, LONGEST_TEXT),
        (wording.reason, LONGEST_REASON),
        (rule, LONGEST_RULE),
    )
    if any(len(text) > longest for text, longest in lengths):
        raise Refused("too_long")
    if any("\n" in text or "\r" in text for text in (wording.subject, rule)):
        raise Refused("line_break")

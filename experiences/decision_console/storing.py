"""The rows of a new decision: itself, its targets, their reserved contacts, the first line of its history."""

from __future__ import annotations

from datetime import datetime, timedelta

from courses.models import SectionStamp
from experiences.decision_console import allowance
from experiences.decision_console.checking import sends_mail
from experiences.decision_console.chronicle import Hand, note
from experiences.decision_console.contract import Draft
from experiences.decision_console.models import ConsoleSettings, Decision, DecisionTarget
from experiences.decision_console.signing import signatory, signature_of


def store(hand: Hand, draft: Draft, settings: ConsoleSettings, targets: list[DecisionTarget]) -> int:
    """The decision is stored; returns its id."""
    wording = draft.wording
    row = Decision.objects.for_tenant(hand.tenant_id).create(
        section_id=hand.section_id,
        kind=draft.kind,
        rule=draft.rule,
        page_id=draft.page,
        subject=wording.subject,
        text=wording.text,
        moment=wording.moment,
        reason=wording.reason,
        run_at=wording.run_at,
        signature=signature_of(signatory(hand.tenant_id, hand.section_id, hand.user_id)),
        staged_by_id=hand.user_id,
        author=hand.actor,
        author_name=hand.name,
        staged_at=hand.now,
        expires_at=hand.now + timedelta(days=settings.staged_days),
        as_of=_as_of(hand),
    )
    for target in targets:
        target.decision = row
    DecisionTarget.objects.for_tenant(hand.tenant_id).bulk_create(targets)
    if sends_mail(draft.kind, wording):
        allowance.reserve(hand.tenant_id, [one for one in targets if one.is_open], hand.now)
    included = sum(one.is_open for one in targets)
    counts = {"targets": included, "excluded": len(targets) - included}
    note(hand, row, "staged", {}, {"kind": row.kind, "rule": row.rule, **counts})
    return row.pk


def _as_of(hand: Hand) -> datetime | None:
    stamp = SectionStamp.objects.for_tenant(hand.tenant_id).filter(section_id=hand.section_id).first()
    return stamp.as_of if stamp else None

"""Execute: every target once, with one outcome, whoever clicks how often and whatever process dies.

What happens to a target — an arrangement, a mail in the outbox, its outcome — is one transaction; rows are claimed with
SKIP LOCKED, so two executions at once share the work. Who died left waiting targets: executing again goes on there.
Mail leaves later, from the outbox; `settle` follows what became of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from courses.models import AssessmentScore, PageProgress
from courses.queries.people import enrolled_among
from courses.tenancy import TenantQuerySet
from experiences.decision_console import allowance
from experiences.decision_console.checking import sends_mail
from experiences.decision_console.chronicle import Hand, machine, note
from experiences.decision_console.content import TARGETS, Letter, content_of, differences, digest, letter
from experiences.decision_console.contract import Outcome, QueuedDecision, StaleApproval, Target, Why
from experiences.decision_console.kinds import KINDS, Kind
from experiences.decision_console.models import Arrangement, Decision, DecisionTarget
from experiences.decision_console.outcomes import FOLLOW_MAIL, MAIL_SAYS, settled
from experiences.decision_console.reading import one, standing_of
from experiences.decision_console.reviewing import batch_of
from experiences.decision_console.signing import reply_to
from experiences.decision_console.staging import locked, save
from experiences.decision_console.states import OVER, Begun, State, may_begin, stands_at, step
from experiences.outbox.contract import InvalidMail, Mail
from experiences.outbox.queueing import enqueue, statuses
from oracles.contract import TenantId

CLAIM = 50
"""Targets of one transaction."""
ARRANGED = frozenset({Kind.EXTENSION, Kind.REOPEN, Kind.PRACTICE, Kind.WATCH, Kind.FLAG})
OPEN = frozenset({Outcome.WAITING, Outcome.QUEUED, Outcome.FAILED, Outcome.UNKNOWN})
"""Outcomes that hold their slot."""


@dataclass(frozen=True, slots=True)
class Approved:
    """A decision that may be executed, and what was approved of it."""

    decision: QueuedDecision
    targets: Mapping[str, str]
    """Target id → digest of what it is to be sent."""
    course: str


def due(hand: Hand, batch_id: int | None = None) -> list[int]:
    """Decisions that may be executed now, or whose execution was cut short."""
    rows = Decision.objects.for_tenant(hand.tenant_id).filter(section_id=hand.section_id)
    if batch_id is not None:
        rows = rows.filter(batch_id=batch_id)
    found = rows.filter(state__in=(State.APPROVED, State.EXECUTING)).order_by("pk")
    return [row.pk for row in found if row.state == State.EXECUTING or _may_begin(row, hand.now)]


def approved(hand: Hand, decision_id: int, course: str) -> Approved | None:
    """The decision and what was approved of it; `None` when nothing of it waits any more.

    Raises:
        StaleApproval: it is not what was approved.
    """
    decision = one(hand.tenant_id, hand.section_id, decision_id, hand.now)
    if decision.batch_id is None or not decision.count(Outcome.WAITING):
        return None
    frozen = batch_of(hand, decision.batch_id).content.get(str(decision_id), {})
    current = content_of([decision], course)[str(decision_id)]
    found = differences({str(decision_id): _said(frozen)}, {str(decision_id): _said(current)})
    if found:
        raise StaleApproval(found)
    return Approved(decision, frozen[TARGETS], course)


def letters(given: Approved) -> dict[int, Letter]:
    """What each waiting target is to be sent, by target; empty when the decision sends no mail."""
    decision = given.decision
    if not sends_mail(decision.kind, decision.wording):
        return {}
    waiting = [target for target in decision.targets if target.outcome is Outcome.WAITING]
    return {target.id: letter(decision, target.name, target.email, given.course) for target in waiting}


def fingerprint(given: Approved) -> str:
    """SHA-256 of what would happen if it were executed."""
    return digest(content_of([given.decision], given.course))


def foreseen(hand: Hand, decision: QueuedDecision) -> Mapping[Why, int]:
    """Targets that would be skipped if it were executed now, by reason."""
    waiting = [target for target in decision.targets if target.outcome is Outcome.WAITING]
    learners = {target.learner_id for target in waiting if target.learner_id is not None}
    here = enrolled_among(hand.tenant_id, hand.section_id, learners)
    done = _submitted(hand, decision, learners)
    return {why: count for why, count in ((Why.LEFT, len(learners - here)), (Why.SUBMITTED, len(done))) if count}


def execute(hand: Hand, given: Approved) -> None:
    """No target of the decision waits any more; those that others are at right now are theirs."""
    decision_id = given.decision.id
    with transaction.atomic():
        row = locked(hand, decision_id)
        if State(row.state) in OVER or row.state == State.ATTENTION:
            return
        if row.state != State.EXECUTING:
            if not _may_begin(row, hand.now):
                return
            save(row, step(standing_of(row), Begun(), hand.now))
            note(hand, row, "executed", {}, {"targets": given.decision.count(Outcome.WAITING)})
    while _execute_some(hand, given):
        pass
    settle(hand.tenant_id, hand.section_id, hand.now, [decision_id])


def settle(tenant_id: TenantId, section_id: int, now: datetime, decision_ids: Collection[int] | None = None) -> int:
    """Outcomes, contacts and states are what the outbox says now; returns how many decisions moved."""
    rows = Decision.objects.for_tenant(tenant_id).filter(section_id=section_id)
    under_way = rows.filter(state__in=(State.EXECUTING, State.ATTENTION))
    if decision_ids is not None:
        under_way = under_way.filter(pk__in=decision_ids)
    hand = machine(tenant_id, section_id, now)
    return sum(_settle(hand, pk) for pk in under_way.order_by("pk").values_list("pk", flat=True))


def _may_begin(row: Decision, now: datetime) -> bool:
    return may_begin(stands_at(standing_of(row), now), now)


def _said(fields: Mapping[str, object]) -> Mapping[str, object]:
    """What was approved apart from the targets, which are compared one by one."""
    return {name: value for name, value in fields.items() if name != TARGETS}


def _execute_some(hand: Hand, given: Approved) -> bool:
    """A claim's worth of targets has its outcome; whether there was one."""
    with transaction.atomic():
        rows = _targets(hand.tenant_id, given.decision.id).filter(outcome=Outcome.WAITING).order_by("pk")
        claimed = list(
            rows.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[:CLAIM]
        )
        if not claimed:
            return False
        reasons = _reasons_not_to(hand, given, claimed)
        sent = letters(given)
        signed = (given.decision.staged_by, given.decision.signature)
        answers = reply_to(hand.tenant_id, hand.section_id, *signed) if sent else ""
        for row in claimed:
            why = reasons.get(row.pk)
            if why is not None:
                _end(hand, row, Outcome.SKIPPED, why)
            else:
                _do(hand, given, row, sent.get(row.pk), answers)
        return True


def _do(hand: Hand, given: Approved, row: DecisionTarget, sent: Letter | None, answers: str) -> None:
    mail = _mail(given.decision, row, sent, answers) if sent else None
    if sent is not None and mail is None:
        _end(hand, row, Outcome.SKIPPED, Why.NO_ADDRESS)
        return
    _arrange(hand, given.decision, row)
    if mail is None:
        _end(hand, row, Outcome.DONE, Why.NONE)
        return
    enqueue(hand.tenant_id, [mail], hand.now)
    row.outcome, row.mail_key, row.at = Outcome.QUEUED.value, mail.key, hand.now
    row.save(update_fields=["outcome", "mail_key", "at"])


def _mail(decision: QueuedDecision, row: DecisionTarget, sent: Letter, answers: str) -> Mail | None:
    """Its key names the target: however often this runs, it is one mail. `None`: the address is none."""
    try:
        return Mail(
            key=f"console/{decision.id}/{row.pk}",
            to=sent.to,
            subject=sent.subject,
            text=sent.text,
            kind=decision.kind.value,
            learner_id=row.learner_id,
            headers=(("Reply-To", answers),) if answers else (),
        )
    except InvalidMail:
        return None


def _arrange(hand: Hand, decision: QueuedDecision, row: DecisionTarget) -> None:
    if decision.kind not in ARRANGED:
        return
    rule = KINDS[decision.kind]
    Arrangement.objects.for_tenant(hand.tenant_id).create(
        section_id=hand.section_id,
        kind=decision.kind,
        target=row,
        learner_id=row.learner_id,
        page_id=row.page_id if rule.is_about_pages else decision.page_id,
        moment=decision.wording.moment,
        note=decision.wording.reason,
        at=hand.now,
    )


def _end(hand: Hand, row: DecisionTarget, outcome: Outcome, why: Why) -> None:
    row.outcome, row.why, row.is_open, row.at = outcome.value, why.value, False, hand.now
    row.save(update_fields=["outcome", "why", "is_open", "at"])
    allowance.account(hand.tenant_id, [row.pk], outcome, hand.now)


def _reasons_not_to(hand: Hand, given: Approved, rows: Collection[DecisionTarget]) -> dict[int, Why]:
    """Targets for which there is no reason any more, or that are not what was approved (K-15)."""
    decision = given.decision
    learners = {row.learner_id for row in rows if row.learner_id is not None}
    here = enrolled_among(hand.tenant_id, hand.section_id, learners)
    done = _submitted(hand, decision, learners)
    found: dict[int, Why] = {}
    known: Mapping[int, Target] = {target.id: target for target in decision.targets}
    digests = content_of([decision], given.course)[str(decision.id)][TARGETS]
    assert isinstance(digests, Mapping)
    for row in rows:
        if row.learner_id is not None and row.learner_id not in here:
            found[row.pk] = Why.LEFT
        elif row.learner_id in done:
            found[row.pk] = Why.SUBMITTED
        elif row.pk not in known or digests.get(str(row.pk)) != given.targets.get(str(row.pk)):
            found[row.pk] = Why.CHANGED
    return found


def _submitted(hand: Hand, decision: QueuedDecision, learners: Collection[int]) -> set[int | None]:
    """Who handed the item in after the decision was staged; a reopened attempt is for those who did before."""
    if decision.page_id is None or decision.kind is Kind.REOPEN:
        return set()
    about = {"section_id": hand.section_id, "page_id": decision.page_id, "learner_id__in": learners}
    scores = AssessmentScore.objects.for_tenant(hand.tenant_id).filter(**about, submitted_at__gt=decision.staged_at)
    pages = PageProgress.objects.for_tenant(hand.tenant_id).filter(**about, completed_at__gt=decision.staged_at)
    return {*scores.values_list("learner_id", flat=True), *pages.values_list("learner_id", flat=True)}


def _settle(hand: Hand, decision_id: int) -> bool:
    with transaction.atomic():
        row = locked(hand, decision_id)
        following = list(_targets(hand.tenant_id, decision_id).filter(outcome__in=FOLLOW_MAIL).exclude(mail_key=""))
        mails = statuses(hand.tenant_id, [target.mail_key for target in following])
        for target in following:
            _follow(hand, target, *MAIL_SAYS[mails[target.mail_key]])
        before = State(row.state)
        decision = one(hand.tenant_id, hand.section_id, decision_id, hand.now)
        standing = step(standing_of(row), settled(decision.targets), hand.now)
        if standing.state is before:
            return False
        row.ended_at = hand.now if standing.state in OVER else None
        save(row, standing)
        counts = {each.value: decision.count(each) for each in Outcome if decision.count(each)}
        note(hand, row, "settled", {"state": before.value}, {"state": row.state, **counts})
        return True


def _follow(hand: Hand, row: DecisionTarget, outcome: Outcome, why: Why) -> None:
    if row.outcome == outcome:
        return
    row.outcome, row.why, row.is_open, row.at = outcome.value, why.value, outcome in OPEN, hand.now
    row.save(update_fields=["outcome", "why", "is_open", "at"])
    allowance.account(hand.tenant_id, [row.pk], outcome, hand.now)


def _targets(tenant_id: TenantId, decision_id: int) -> TenantQuerySet[DecisionTarget]:
    return DecisionTarget.objects.for_tenant(tenant_id).filter(decision_id=decision_id)

"""Reads the queue: decisions as they stand now, with their targets, whatever clock and mail did meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from courses.models import Container, Institution, Page
from courses.tenancy import TenantQuerySet
from experiences.decision_console.contract import NotThere, Outcome, QueuedDecision, Target, Why, Wording
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import Approval, Decision, DecisionTarget
from experiences.decision_console.outcomes import FOLLOW_MAIL, follow, settled
from experiences.decision_console.rules import parse
from experiences.decision_console.states import OVER, Standing, State, stands_at, step
from experiences.outbox.queueing import statuses
from oracles.contract import TenantId
from oracles.instructor.naming import Called, called

RECENT = 20
"""Decisions that are over and still listed."""


def queue(tenant_id: TenantId, section_id: int, now: datetime) -> tuple[QueuedDecision, ...]:
    """What is not over yet, newest first."""
    found = read(_decisions(tenant_id, section_id).exclude(state__in=OVER).order_by("-pk"), now)
    return tuple(decision for decision in found if decision.state not in OVER)


def recent(tenant_id: TenantId, section_id: int, now: datetime) -> tuple[QueuedDecision, ...]:
    """What is over, newest first; also what time or mail brought to its end a moment ago."""
    rows = _decisions(tenant_id, section_id).exclude(state__in=(State.STAGED, State.ATTENTION)).order_by("-pk")
    return tuple(decision for decision in read(rows[: 2 * RECENT], now) if decision.state in OVER)[:RECENT]


def one(tenant_id: TenantId, section_id: int, decision_id: int, now: datetime) -> QueuedDecision:
    """The decision of this id.

    Raises:
        NotThere: it is not of this section.
    """
    found = some(tenant_id, section_id, [decision_id], now)
    if not found:
        raise NotThere("decision")
    return found[0]


def some(
    tenant_id: TenantId, section_id: int, decision_ids: Collection[int], now: datetime
) -> tuple[QueuedDecision, ...]:
    """Those of these decisions that are of this section, by id."""
    return read(_decisions(tenant_id, section_id).filter(pk__in=decision_ids).order_by("pk"), now)


def read(rows: TenantQuerySet[Decision], now: datetime) -> tuple[QueuedDecision, ...]:
    """These rows with their targets. Seven statements at most, however many there are."""
    found = list(rows.select_related("page"))
    if not found:
        return ()
    tenant_id = TenantId(found[0].institution_id)
    targets = _targets(tenant_id, found)
    approvals, titles = _approvals(tenant_id, found), _titles(tenant_id, found)
    queued = (_queued(row, targets[row.pk], approvals.get(row.pk, frozenset()), now) for row in found)
    return tuple(replace(each, rule_title=titles.get(parse(each.rule).key, "")) for each in queued)


def sections_with_work(tenant_id: TenantId) -> tuple[str, ...]:
    """Slugs of the sections in which a decision is not over yet."""
    rows = Decision.objects.for_tenant(tenant_id).exclude(state__in=OVER)
    return tuple(rows.order_by("section__slug").values_list("section__slug", flat=True).distinct())


def waiting_since(tenant_id: TenantId, before: datetime) -> int:
    """Approved decisions whose time came before that moment, and which nobody has executed."""
    rows = Decision.objects.for_tenant(tenant_id).filter(state=State.APPROVED, run_at__lte=before)
    return rows.count()


def standing_of(row: Decision, approvals: frozenset[int] = frozenset()) -> Standing:
    """What the state machine knows of a decision."""
    return Standing(State(row.state), row.expires_at, row.version, approvals, row.run_at, row.snoozed_until)


def wording_of(row: Decision) -> Wording:
    return Wording(row.subject, row.text, row.moment, row.reason, row.run_at)


def _decisions(tenant_id: TenantId, section_id: int) -> TenantQuerySet[Decision]:
    return Decision.objects.for_tenant(tenant_id).filter(section_id=section_id)


def _targets(tenant_id: TenantId, decisions: Iterable[Decision]) -> Mapping[int, list[Target]]:
    """By decision, each as its mail stands; by name, or by code: a hidden name must not show in the order either."""
    is_hidden = Institution.objects.filter(pk=tenant_id, names_hidden_since__isnull=False).exists()
    rows = DecisionTarget.objects.for_tenant(tenant_id).filter(decision__in=[each.pk for each in decisions])
    rows = rows.select_related("learner", "page").order_by("learner__name", "learner__external_id", "pk")
    found = [(row.decision_id, _target(row, is_hidden=is_hidden)) for row in rows]
    if is_hidden:
        found.sort(key=lambda each: (each[1].label, each[1].id))
    keys = [target.mail_key for _, target in found if target.mail_key and target.outcome in FOLLOW_MAIL]
    mails = statuses(tenant_id, keys) if keys else {}
    by_decision: defaultdict[int, list[Target]] = defaultdict(list)
    for decision_id, target in found:
        by_decision[decision_id].append(follow(target, mails))
    return by_decision


def _target(row: DecisionTarget, *, is_hidden: bool) -> Target:
    plain = Target(
        id=row.pk,
        learner_id=row.learner_id,
        page_id=row.page_id,
        outcome=Outcome(row.outcome),
        why=Why(row.why),
        mail_key=row.mail_key,
    )
    learner = row.learner
    if learner is None:
        return replace(plain, label=row.page.title if row.page else "")
    told = Called(learner.external_id, learner.name, learner.email)
    shown = called(row.section_id, learner.pk, told, is_hidden=is_hidden)
    name = "" if is_hidden else learner.name
    return replace(plain, label=shown.name or shown.external_id, name=name, email=learner.email)


def _titles(tenant_id: TenantId, decisions: Sequence[Decision]) -> Mapping[str, str]:
    """What pages and parts are called that rules name, by key; all decisions are of one section."""
    keys = {parse(each.rule).key for each in decisions} - {""}
    found: dict[str, str] = {}
    if keys:
        about = {"section_id": decisions[0].section_id, "key__in": keys}
        found.update(Container.objects.for_tenant(tenant_id).filter(**about).values_list("key", "title"))
        found.update(Page.objects.for_tenant(tenant_id).filter(**about).values_list("key", "title"))
    return found


def _approvals(tenant_id: TenantId, decisions: Iterable[Decision]) -> Mapping[int, frozenset[int]]:
    """Users who approved the review that a decision is in, by decision."""
    in_review = {each.pk: each.batch_id or 0 for each in decisions if each.state in {State.IN_REVIEW, State.APPROVED}}
    rows = Approval.objects.for_tenant(tenant_id).filter(batch__in=set(in_review.values()))
    by_batch: defaultdict[int, set[int]] = defaultdict(set)
    for batch_id, user_id in rows.values_list("batch_id", "user_id"):
        by_batch[batch_id].add(user_id or 0)
    return {pk: frozenset(by_batch[batch_id]) for pk, batch_id in in_review.items() if batch_id}


def _queued(row: Decision, targets: list[Target], approvals: frozenset[int], now: datetime) -> QueuedDecision:
    standing = stands_at(standing_of(row, approvals), now)
    if standing.state in {State.EXECUTING, State.ATTENTION}:
        standing = step(standing, settled(targets), now)
    return QueuedDecision(
        id=row.pk,
        kind=Kind(row.kind),
        rule=row.rule,
        page_id=row.page_id,
        page_title=row.page.title if row.page else "",
        wording=wording_of(row),
        signature=row.signature,
        state=standing.state,
        version=row.version,
        author=row.author,
        author_name=row.author_name,
        staged_at=row.staged_at,
        expires_at=row.expires_at,
        snoozed_until=standing.snoozed_until,
        as_of=row.as_of,
        batch_id=row.batch_id,
        approvals=len(standing.approvals),
        targets=tuple(targets),
        staged_by=row.staged_by_id,
    )

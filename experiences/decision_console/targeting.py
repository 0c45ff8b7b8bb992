"""Whom a decision is about: ids of this section only, each held by one decision, each reachable.

A slot is kind, whom, about what. While a target is open nobody else's decision has its slot (the database holds it).
"""

from __future__ import annotations

from collections.abc import Collection

from courses.models import Learner, Page
from courses.queries.people import enrolled_among
from experiences.decision_console import allowance
from experiences.decision_console.chronicle import Hand
from experiences.decision_console.contract import MOST_TARGETS, Draft, NotThere, Outcome, Refused, Why
from experiences.decision_console.kinds import KINDS
from experiences.decision_console.models import ConsoleSettings, DecisionTarget


def chosen_targets(hand: Hand, draft: Draft) -> list[DecisionTarget]:
    """A target for each learner or page, all of this section."""
    rule = KINDS[draft.kind]
    if rule.needs_page and draft.page is None:
        raise Refused("page_needed")
    if draft.page is not None:
        if not (rule.needs_page or rule.may_have_page):
            raise Refused("page_not_asked")
        _pages(hand, {draft.page})
    chosen = set(draft.pages if rule.is_about_pages else draft.learners)
    if not chosen:
        raise Refused("nobody_chosen")
    if len(chosen) > MOST_TARGETS:
        raise Refused("too_many", chosen=len(chosen), most=MOST_TARGETS)
    if rule.is_about_pages:
        return [_target(hand, draft, page_id=pk) for pk in sorted(_pages(hand, chosen))]
    return [_target(hand, draft, learner_id=pk) for pk in sorted(_learners(hand, chosen))]


def _target(hand: Hand, draft: Draft, learner_id: int | None = None, page_id: int | None = None) -> DecisionTarget:
    whom = f"learner:{learner_id}" if page_id is None else f"page:{page_id}"
    slot = f"{draft.kind.value}/{whom}/{draft.page or ''}"
    return DecisionTarget(section_id=hand.section_id, learner_id=learner_id, page_id=page_id, slot=slot)


def _learners(hand: Hand, chosen: set[int]) -> set[int]:
    return _all_of(chosen, enrolled_among(hand.tenant_id, hand.section_id, chosen), "learner")


def _pages(hand: Hand, chosen: set[int]) -> set[int]:
    rows = Page.objects.for_tenant(hand.tenant_id).filter(section_id=hand.section_id, pk__in=chosen)
    return _all_of(chosen, set(rows.values_list("pk", flat=True)), "page")


def _all_of(chosen: set[int], found: set[int], what: str) -> set[int]:
    if found != chosen:
        raise NotThere(what)
    return found


def taken(hand: Hand, targets: Collection[DecisionTarget]) -> dict[str, int]:
    """Slots that somebody holds already: slot → decision."""
    rows = DecisionTarget.objects.for_tenant(hand.tenant_id).filter(section_id=hand.section_id, is_open=True)
    wanted = rows.filter(slot__in=[target.slot for target in targets])
    return dict(wanted.values_list("slot", "decision_id"))


def exclude(target: DecisionTarget, why: Why) -> None:
    target.outcome, target.why, target.is_open = Outcome.EXCLUDED.value, why.value, False


def unreachable(
    hand: Hand, settings: ConsoleSettings, targets: list[DecisionTarget]
) -> list[tuple[DecisionTarget, Why]]:
    """Those who have no address, or have been written to often enough."""
    ids = [one.learner_id for one in targets if one.learner_id is not None]
    silent = Learner.objects.for_tenant(hand.tenant_id).filter(pk__in=ids, email="")
    without = set(silent.values_list("pk", flat=True))
    full = allowance.exhausted(settings, ids, hand.now)
    found = [(one, Why.NO_ADDRESS) for one in targets if one.learner_id in without]
    return [*found, *((one, Why.ALLOWANCE) for one in targets if one.learner_id in full - without)]


def refuse_if_empty(targets: Collection[DecisionTarget]) -> None:
    if any(target.is_open for target in targets):
        return
    counts = {why: sum(target.why == why for target in targets) for why in Why if why}
    raise Refused("nobody_left", **{why.value: count for why, count in counts.items() if count})

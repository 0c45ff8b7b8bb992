"""Many people at one queue: every change is made or its author is told; none is lost."""

from __future__ import annotations

import pytest

from experiences.decision_console.contract import Conflict, Draft, QueuedDecision, Wording
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import Contact, Decision, DecisionEvent
from experiences.decision_console.staging import Edit
from experiences.decision_console.states import IllegalMove, State
from tests import builders
from tests.experiences.crowds import told
from tests.experiences.decision_console.conftest import MESSAGE, Desk, in_days

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("O-09", "K-02")]
DECISIONS = 3
EDITED, SNOOZED, WOKEN, STAGED = "edited", "snoozed", "woken", "staged"
MADE, CONFLICT, ILLEGAL = "made", "conflict", "illegal"
type Heard = tuple[str, str]
"""What was asked for, and what became of it."""


class Crowd:
    """A queue that everybody works on: few decisions, and a learner to write to for each change."""

    def __init__(self, desk: Desk, changes: int) -> None:
        self.desk = desk
        self.learners = [builders.make_learner(desk.section, f"P{number:04}").pk for number in range(changes)]
        kept = [builders.make_learner(desk.section, f"Q{number}").name for number in range(DECISIONS)]
        self.decisions = [desk.staged(name) for name in kept]

    def change(self, number: int) -> Heard:
        """Reads, then changes what was read: two edits, a snooze or its end, and something new, in turn."""
        seen = self.desk.data.get_decision(self.desk.context, self.decisions[number % DECISIONS])
        wish = STAGED if number % 4 == 3 else EDITED if number % 4 < 2 else WOKEN if _sleeps(seen) else SNOOZED
        try:
            self._wish(wish, seen, number)
        except Conflict:
            return wish, CONFLICT
        except IllegalMove:
            return wish, ILLEGAL
        return wish, MADE

    def _wish(self, wish: str, seen: QueuedDecision, number: int) -> None:
        service, context = self.desk.service, self.desk.context
        match wish:
            case "edited":
                kept = frozenset(target.id for target in seen.targets)
                service.edit(context, seen.id, Edit(seen.version, Wording(f"Change {number}", MESSAGE.text), kept))
            case "snoozed":
                service.snooze(context, seen.id, in_days(1))
            case "woken":
                service.wake(context, seen.id)
            case _:
                service.stage(context, Draft(Kind.MESSAGE, "chosen", (self.learners[number],), wording=MESSAGE))


def _sleeps(decision: QueuedDecision) -> bool:
    return decision.state is State.SNOOZED


def check(desk: Desk, threads: int, times: int) -> None:
    crowd = Crowd(desk, threads * times)

    heard = told(threads, times, crowd.change)

    events = DecisionEvent.objects.for_tenant(desk.tenant_id)
    made = {wish: heard[wish, MADE] for wish in (EDITED, SNOOZED, WOKEN)}
    staged = heard[STAGED, MADE]
    assert heard.total() == threads * times
    assert heard[STAGED, CONFLICT] == heard[STAGED, ILLEGAL] == 0
    assert {wish: events.filter(event=wish).count() for wish in made} == made
    assert Decision.objects.for_tenant(desk.tenant_id).count() == DECISIONS + staged
    assert Contact.objects.for_tenant(desk.tenant_id).filter(state=Contact.State.RESERVED).count() == DECISIONS + staged
    for decision in crowd.decisions:
        versions = events.filter(decision=decision, event=EDITED).order_by("version").values_list("version", flat=True)
        now = desk.data.get_decision(desk.context, decision).version
        assert list(versions) == list(range(2, now + 1))


def test_ten_threads_edit_snooze_and_stage_and_nothing_is_lost(desk: Desk) -> None:
    check(desk, threads=10, times=8)


@pytest.mark.long
def test_fifty_threads_make_twenty_changes_each_and_a_thousand_are_accounted_for(desk: Desk) -> None:
    check(desk, threads=50, times=20)

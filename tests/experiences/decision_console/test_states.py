"""The state machine: what is executed was approved as it stands; what is over stays over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from experiences.decision_console.states import (
    LIVE,
    OVER,
    Approved,
    Begun,
    Discarded,
    Edited,
    Event,
    Expired,
    IllegalMove,
    Reviewed,
    Settled,
    Snoozed,
    Standing,
    State,
    Woken,
    has_expired,
    stands_at,
    step,
)

BEGIN = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
STAGED = Standing(State.STAGED, BEGIN + 14 * A_DAY)


def through(standing: Standing, *events: Event, now: datetime = BEGIN) -> Standing:
    for event in events:
        standing = step(standing, event, now)
    return standing


def test_the_way_is_decide_review_approve_execute() -> None:
    found = through(STAGED, Reviewed(), Approved(7), Begun(), Settled(0, 0))

    assert found.state is State.DONE


@pytest.mark.proves("K-06")
@pytest.mark.parametrize("events", [(), (Reviewed(),), (Reviewed(), Approved(7), Edited()), (Snoozed(BEGIN + A_DAY),)])
def test_what_is_not_approved_is_not_executed(events: tuple[Event, ...]) -> None:
    with pytest.raises(IllegalMove):
        through(STAGED, *events, Begun())


@pytest.mark.proves("K-05")
def test_an_edit_takes_approvals_back_and_makes_a_new_version() -> None:
    found = through(STAGED, Reviewed(), Approved(7), Edited())

    assert (found.state, found.version, found.approvals) == (State.STAGED, 2, frozenset())


@pytest.mark.proves("K-12")
def test_two_approvals_are_of_two_people() -> None:
    once = through(STAGED, Reviewed(), Approved(7, needed=2), Approved(7, needed=2))
    twice = step(once, Approved(8, needed=2), BEGIN)

    assert (once.state, twice.state) == (State.IN_REVIEW, State.APPROVED)


@pytest.mark.proves("K-10")
def test_what_has_a_time_waits_for_it_and_does_not_expire_meanwhile() -> None:
    approved = through(replace(STAGED, run_at=BEGIN + 20 * A_DAY), Reviewed(), Approved(7))

    with pytest.raises(IllegalMove, match="its time has not come"):
        step(approved, Begun(), BEGIN + 19 * A_DAY)
    assert not has_expired(approved, BEGIN + 20 * A_DAY)
    assert step(approved, Begun(), BEGIN + 20 * A_DAY).state is State.EXECUTING


@pytest.mark.proves("K-10")
def test_what_is_snoozed_comes_back_by_itself() -> None:
    snoozed = step(STAGED, Snoozed(BEGIN + A_DAY), BEGIN)

    assert stands_at(snoozed, BEGIN + A_DAY / 2).state is State.SNOOZED
    assert stands_at(snoozed, BEGIN + A_DAY).state is State.STAGED
    with pytest.raises(IllegalMove):
        step(STAGED, Snoozed(BEGIN), BEGIN)


@pytest.mark.proves("K-08")
@pytest.mark.parametrize("event", [Edited(), Reviewed(), Approved(7), Begun(), Discarded(), Expired(), Woken()])
def test_what_is_discarded_never_moves_again(event: Event) -> None:
    with pytest.raises(IllegalMove):
        through(STAGED, Discarded(), event)


EVENTS = strategies.one_of(
    strategies.builds(Edited, strategies.none() | strategies.integers(0, 30).map(lambda days: BEGIN + days * A_DAY)),
    strategies.integers(0, 30).map(lambda days: Snoozed(BEGIN + days * A_DAY)),
    strategies.just(Woken()),
    strategies.just(Reviewed()),
    strategies.builds(Approved, strategies.integers(1, 3), strategies.integers(1, 2)),
    strategies.just(Begun()),
    strategies.builds(Settled, strategies.integers(0, 2), strategies.integers(0, 2)),
    strategies.just(Discarded()),
    strategies.just(Expired()),
)


class AnyHistory(RuleBasedStateMachine):
    """Whatever happens in whatever order, against a model that remembers who approved which version."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = STAGED
        self.now = BEGIN
        self.approved: set[tuple[int, int]] = set()
        """Version and person, since the last review."""
        self.wanted = 1
        self.was_over: State | None = None

    @rule(days=strategies.floats(0.1, 5))
    def time_passes(self, days: float) -> None:
        self.now += days * A_DAY

    @rule(event=EVENTS)
    def something_happens(self, event: Event) -> None:
        before = self.standing
        try:
            self.standing = step(before, event, self.now)
        except IllegalMove:
            assert self.standing == before
            return
        self._remember(before, event)

    def _remember(self, before: Standing, event: Event) -> None:
        if isinstance(event, Edited):
            assert self.standing.version == before.version + 1
        else:
            assert self.standing.version == before.version
        if isinstance(event, Edited | Reviewed | Woken):
            self.approved.clear()
        if isinstance(event, Approved):
            self.approved.add((before.version, event.by))
            self.wanted = event.needed
        if isinstance(event, Begun) and before.state is State.APPROVED:
            people = {person for version, person in self.approved if version == before.version}
            assert len(people) >= self.wanted, "executed without the approvals of this version"
            assert before.run_at is None or before.run_at <= self.now

    @invariant()
    def what_is_over_stays_over(self) -> None:
        if self.was_over is not None:
            assert self.standing.state is self.was_over
        if self.standing.state in OVER:
            self.was_over = self.standing.state

    @invariant()
    def only_what_is_live_expires(self) -> None:
        if has_expired(self.standing, self.now):
            assert self.standing.state in LIVE


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)

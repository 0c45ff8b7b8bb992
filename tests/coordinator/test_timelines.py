"""The eight timelines that a request coordinator must get right, with our outcome where it differs on purpose."""

from __future__ import annotations

import pytest

from coordinator.actions import (
    ArmDeadline,
    CancelLoads,
    ConsultCache,
    DisarmDeadline,
    LoadOracle,
    ShowCompletion,
    ShowLoading,
    ShowResult,
    ShowTimeout,
    StoreResult,
)
from coordinator.contract import Outcome, Token
from coordinator.draft import Noted
from coordinator.driver import Driver
from coordinator.session import new_session, step
from coordinator.state import Phase, Tally
from oracles.contract import Source
from tests.coordinator.words import (
    BOTH,
    COURSE,
    UNIT_1,
    UNIT_2,
    UNIT_3,
    WITH_OPTIONAL,
    A,
    B,
    C,
    after,
    answered,
    grace_over,
    hit,
    missed,
    noted,
    only,
    overdue,
    run,
    selected,
    updates,
)
from tests.fakes import World


@pytest.mark.proves("B.1", "R6", "R8")
def test_normal_navigation_supersedes_the_first_scope_and_keeps_its_late_answers_for_the_cache() -> None:
    """Ours: the first request has a grace of 250 ms instead of being dropped on the spot, and it ends as superseded."""
    session = after(selected(COURSE), missed(1), selected(UNIT_1), missed(2), grace_over(1))

    session, actions = run(session, answered(1, COURSE, A), answered(2, UNIT_1, A), answered(2, UNIT_1, B))

    assert {update.scope for update in updates(actions)} == {UNIT_1}
    assert {order.scope for order in only(actions, StoreResult)} == {COURSE, UNIT_1}
    assert (session.phase, session.ended) == (Phase.IDLE, Tally(completed=1, superseded=1))


@pytest.mark.proves("B.2", "R1", "R7", "C2")
def test_scrubbing_ends_with_the_last_scope_loading_its_own_data() -> None:
    """Ours: the second choice does not pre-empt, it is queued; the promoted one loads its own scope, not an older."""
    session, actions = run(
        new_session(),
        selected(COURSE),
        missed(1),
        selected(UNIT_1),
        missed(2),
        selected(UNIT_2),
        missed(3),
        selected(UNIT_3),
        missed(4),
    )
    assert [request.scope for request in session.live] == [COURSE, UNIT_3]
    assert only(actions, ShowLoading)[-1].scope == UNIT_3

    session, actions = run(session, answered(1, COURSE, A), answered(1, COURSE, B))

    assert {order.scope for order in only(actions, LoadOracle)} == {UNIT_3}
    assert session.ended == Tally(completed=1, replaced=2)


@pytest.mark.proves("B.3", "R11", "FR-012")
def test_a_timeout_with_a_queue_promotes_the_queued_request() -> None:
    """Ours: nothing of the older scope falls back on the screen, for it is not on the screen any more."""
    done = step(after(selected(COURSE), missed(1), selected(UNIT_1), missed(2)), overdue(1))

    assert [type(order) for order in done.actions] == [CancelLoads, ArmDeadline, LoadOracle, LoadOracle]
    assert {order.scope for order in done.actions[1:]} == {UNIT_1}
    assert noted(done) == [Noted.TIMED_OUT, Noted.PROMOTED]


@pytest.mark.proves("B.4", "R4", "R13")
def test_a_full_hit_completes_in_one_transition_and_optional_oracles_start_afterwards() -> None:
    done = step(after(selected(COURSE, WITH_OPTIONAL)), hit(1, COURSE, A, B, of=BOTH | {C}))

    assert [type(order) for order in done.actions] == [
        ShowResult,
        ShowResult,
        DisarmDeadline,
        ShowCompletion,
        LoadOracle,
    ]


@pytest.mark.proves("B.5", "R4", "AC-003")
def test_a_partial_hit_shows_its_hits_at_once_and_loads_its_misses() -> None:
    done = step(after(selected(COURSE)), hit(1, COURSE, A))

    assert [type(order) for order in done.actions] == [ShowResult, LoadOracle]
    assert done.session.active is not None
    assert done.session.active.pending == {B}


@pytest.mark.proves("B.6", "R4", "K2")
async def test_a_revisit_in_a_new_session_finds_what_the_first_one_stored() -> None:
    world = World()
    first = Driver(world.ports, world.screen)
    first.feed(selected(COURSE))
    world.runner.answer(COURSE, A, B)
    await first.settled()
    await first.close()

    second = Driver(world.ports, world.screen)
    second.feed(selected(COURSE))
    await second.settled()
    await second.close()

    assert len(world.runner.asked) == 2
    assert world.screen.updates[-1] == ShowCompletion(Token(1), COURSE, Outcome.SUCCESS)


@pytest.mark.proves("B.7", "R12")
def test_a_late_answer_fills_its_tile_while_nothing_newer_is_chosen() -> None:
    """Ours is one rule in one place: late and current is shown and says so; late and stale is stored."""
    session, actions = run(after(selected(COURSE), missed(1)), overdue(1), answered(1, COURSE, A))

    assert [type(order) for order in actions] == [ShowTimeout, StoreResult, ShowResult]
    assert only(actions, ShowResult)[0].result.source is Source.LATE  # type: ignore[union-attr]

    _, actions = run(session, selected(UNIT_1), answered(1, COURSE, B))
    assert {order.scope for order in updates(actions)} == {UNIT_1}


@pytest.mark.proves("B.8", "R8")
def test_what_comes_for_a_scope_that_was_left_is_there_on_return() -> None:
    """Ours: there is no second registry of stashed answers; the cache is the stash."""
    session = after(selected(COURSE), missed(1), selected(UNIT_1), hit(2, UNIT_1, A, B))

    session, actions = run(session, answered(1, COURSE, A), answered(1, COURSE, B))
    assert [order.result.key for order in only(actions, StoreResult)] == [A, B]

    _, actions = run(session, selected(COURSE), hit(3, COURSE, A, B))
    assert [type(order) for order in actions if not isinstance(order, ConsultCache | ArmDeadline)] == [
        ShowLoading,
        ShowResult,
        ShowResult,
        DisarmDeadline,
        ShowCompletion,
    ]

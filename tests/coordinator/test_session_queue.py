"""R1, R2, R6, R7, R14: one active, one queued, and how the last choice comes to its turn."""

from __future__ import annotations

import pytest

from coordinator.actions import (
    ArmDeadline,
    ArmDebounce,
    ArmGrace,
    CancelLoads,
    ConsultCache,
    DisarmDeadline,
    LoadOracle,
    ShowLoading,
    ShowResult,
)
from coordinator.contract import Cause, Limits, Token
from coordinator.draft import Noted
from coordinator.events import DebounceElapsed
from coordinator.session import new_session, step
from coordinator.state import Phase, Tally
from tests.coordinator.words import (
    BOTH,
    CHANGED,
    COURSE,
    LOADING_COURSE,
    QUEUED_UNIT,
    UNIT_1,
    UNIT_2,
    UNIT_3,
    WITH_OPTIONAL,
    A,
    B,
    after,
    answered,
    broke,
    grace_over,
    hit,
    missed,
    noted,
    only,
    overdue,
    retry,
    run,
    selected,
)


class TestOneActiveOneQueued:
    @pytest.mark.proves("R1", "FR-001", "AC-001")
    def test_a_new_session_is_idle(self) -> None:
        session = new_session()

        assert (session.phase, session.live, session.latest, session.shown) == (Phase.IDLE, (), None, None)

    @pytest.mark.proves("R1", "FR-001")
    def test_the_first_selection_is_active_at_once(self) -> None:
        session, actions = run(new_session(), selected(COURSE))

        assert session.phase is Phase.IN_FLIGHT
        assert actions == [
            ShowLoading(Token(1), COURSE, BOTH, Cause.SELECTED),
            ArmDeadline(Token(1), COURSE, BOTH, 10.0),
            ConsultCache(Token(1), COURSE, BOTH),
        ]

    @pytest.mark.proves("R1", "FR-001", "FR-002", "AC-001")
    def test_a_second_selection_is_queued(self) -> None:
        session = after(*QUEUED_UNIT)

        assert session.phase is Phase.QUEUED
        assert [request.scope for request in session.live] == [COURSE, UNIT_1]

    @pytest.mark.proves("R1", "FR-002", "AC-001", "C2")
    def test_a_third_selection_replaces_the_queued_one(self) -> None:
        done = step(after(*QUEUED_UNIT), selected(UNIT_2))

        assert [request.scope for request in done.session.live] == [COURSE, UNIT_2]
        assert noted(done) == [Noted.STARTED, Noted.REPLACED, Noted.QUEUED]
        assert done.session.ended == Tally(replaced=1)

    @pytest.mark.proves("R1", "FR-002")
    def test_the_notes_say_which_request_left_the_queue(self) -> None:
        done = step(after(*QUEUED_UNIT), selected(UNIT_2))

        assert [(note.what, note.token) for note in done.notes if note.was_queued] == [(Noted.REPLACED, 2)]

    @pytest.mark.proves("R2", "FR-003", "C3")
    def test_tokens_count_up_and_are_never_reused(self) -> None:
        session = after(*QUEUED_UNIT, selected(UNIT_2), selected(UNIT_3), grace_over(1), selected(COURSE))

        assert session.issued == 5
        assert [request.token for request in session.live] == [4, 5]


class TestGrace:
    @pytest.mark.proves("R6", "FR-002")
    def test_a_superseded_request_gets_a_grace_once(self) -> None:
        _, actions = run(after(*LOADING_COURSE), selected(UNIT_1), selected(UNIT_2))

        assert only(actions, ArmGrace) == [ArmGrace(Token(1), COURSE, BOTH, 0.25)]

    @pytest.mark.proves("R6", "C2")
    def test_when_the_grace_is_over_its_loads_are_cancelled_and_the_queued_one_is_promoted(self) -> None:
        done = step(after(*QUEUED_UNIT), grace_over(1))

        assert done.actions == (
            DisarmDeadline(Token(1), COURSE, BOTH),
            CancelLoads(Token(1), COURSE, BOTH),
            ArmDeadline(Token(2), UNIT_1, BOTH, 10.0),
            LoadOracle(Token(2), UNIT_1, A, 8.0),
            LoadOracle(Token(2), UNIT_1, B, 8.0),
        )
        assert noted(done) == [Noted.SUPERSEDED, Noted.PROMOTED]
        assert done.session.ended == Tally(superseded=1)

    @pytest.mark.proves("R6")
    def test_it_may_finish_within_the_grace(self) -> None:
        session, actions = run(after(*QUEUED_UNIT), answered(1, COURSE, A), answered(1, COURSE, B))

        assert session.ended == Tally(completed=1)
        assert session.active is not None
        assert session.active.scope == UNIT_1
        assert only(actions, CancelLoads) == []

    @pytest.mark.proves("R6")
    def test_a_superseded_request_without_loads_makes_room_at_once(self) -> None:
        session, actions = run(after(selected(COURSE), selected(UNIT_1), missed(2)), missed(1))

        assert {order.scope for order in only(actions, LoadOracle)} == {UNIT_1}
        assert session.ended == Tally(superseded=1)

    @pytest.mark.proves("R6")
    def test_the_grace_goes_on_while_the_active_request_loads_what_the_queued_one_wants(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), selected(COURSE), missed(3))

        session, actions = run(session, grace_over(1))

        assert actions == [ArmGrace(Token(1), COURSE, BOTH, 0.25)]
        assert session.active is not None
        assert session.active.token == 1

    @pytest.mark.proves("R6", "R5")
    def test_the_grace_goes_on_while_the_queued_request_looks_up_what_was_just_stored(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), selected(COURSE), missed(3), answered(1, COURSE, A))

        _, actions = run(session, grace_over(1))

        assert actions == [ArmGrace(Token(1), COURSE, frozenset({B}), 0.25)]

    @pytest.mark.proves("R6")
    def test_the_grace_ends_when_the_same_scope_wants_more_than_is_being_loaded(self) -> None:
        session = after(*LOADING_COURSE, broke(1, COURSE, A), selected(UNIT_1), selected(COURSE), missed(3))

        session, actions = run(session, grace_over(1))

        assert session.ended.superseded == 1
        assert [order.key for order in only(actions, LoadOracle)] == [A, B]

    @pytest.mark.proves("R6", "R5")
    def test_a_superseded_request_nobody_waits_for_is_retired_by_its_grace_too(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), hit(2, UNIT_1, A, B))

        session, actions = run(session, grace_over(1))

        assert session.phase is Phase.IDLE
        assert only(actions, CancelLoads) == [CancelLoads(Token(1), COURSE, BOTH)]

    @pytest.mark.proves("R6")
    def test_a_debounce_holds_back_loads_but_not_the_cache(self) -> None:
        session, actions = run(new_session(Limits(debounce=0.1)), selected(COURSE), hit(1, COURSE, A))

        assert only(actions, ArmDebounce) == [ArmDebounce(Token(1), COURSE, BOTH, 0.1)]
        assert [shown.result.key for shown in only(actions, ShowResult)] == [A]
        assert only(actions, LoadOracle) == []

        session, actions = run(session, DebounceElapsed(Token(1)))
        assert actions == [LoadOracle(Token(1), COURSE, B, 8.0)]

    @pytest.mark.proves("R6")
    def test_a_choice_within_the_debounce_takes_over_at_once(self) -> None:
        session = after(*LOADING_COURSE, limits=Limits(debounce=0.1))

        session, actions = run(session, selected(UNIT_1))

        assert (session.phase, session.ended) == (Phase.IN_FLIGHT, Tally(superseded=1))
        assert only(actions, CancelLoads) == []

    @pytest.mark.proves("R6")
    def test_a_promoted_request_has_stood_long_enough(self) -> None:
        session = after(selected(COURSE), selected(UNIT_1), missed(2), limits=Limits(debounce=0.1))

        _, actions = run(session, missed(1))

        assert only(actions, ArmDebounce) == []
        assert len(only(actions, LoadOracle)) == 2

    @pytest.mark.proves("R6", "R17")
    def test_a_refresh_is_not_debounced(self) -> None:
        session = after(selected(COURSE), hit(1, COURSE, A, B), limits=Limits(debounce=0.1))

        _, actions = run(session, CHANGED, missed(2))

        assert len(only(actions, LoadOracle)) == 2


class TestPromotion:
    @pytest.mark.proves("R7", "C3")
    def test_a_promoted_request_loads_its_own_scope(self) -> None:
        _, actions = run(after(*QUEUED_UNIT), answered(1, COURSE, A), answered(1, COURSE, B))

        assert {(order.token, order.scope) for order in only(actions, LoadOracle)} == {(2, UNIT_1)}

    @pytest.mark.proves("R7", "R4")
    def test_a_promoted_request_loads_only_what_it_missed(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), hit(2, UNIT_1, A))

        _, actions = run(session, grace_over(1))

        assert [order.key for order in only(actions, LoadOracle)] == [B]

    @pytest.mark.proves("R4", "R7")
    def test_a_promoted_request_still_waits_for_its_look_up(self) -> None:
        session, actions = run(after(*LOADING_COURSE, selected(UNIT_1)), grace_over(1))
        assert only(actions, LoadOracle) == []

        _, actions = run(session, missed(2))

        assert len(only(actions, LoadOracle)) == 2


class TestDuplicates:
    @pytest.mark.proves("R14", "C9")
    @pytest.mark.parametrize("scope", [COURSE, UNIT_1])
    def test_the_same_scope_again_while_it_is_built_is_one_request(self, scope: object) -> None:
        session = after(*LOADING_COURSE) if scope == COURSE else after(*QUEUED_UNIT)

        done = step(session, selected(COURSE if scope == COURSE else UNIT_1))

        assert (done.session, done.actions, noted(done)) == (session, (), [Noted.DUPLICATE])

    @pytest.mark.proves("R14")
    def test_the_same_scope_with_another_profile_is_another_request(self) -> None:
        session = after(*LOADING_COURSE, selected(COURSE, WITH_OPTIONAL))

        assert session.issued == 2

    @pytest.mark.proves("R14")
    def test_the_same_scope_after_its_completion_is_asked_again(self) -> None:
        session = after(selected(COURSE), hit(1, COURSE, A, B), selected(COURSE))

        assert session.issued == 2

    @pytest.mark.proves("R14", "R18")
    def test_a_choice_is_not_a_duplicate_of_a_retry_on_one_of_its_tiles(self) -> None:
        session = after(*LOADING_COURSE, overdue(1), retry(COURSE, A), selected(COURSE))

        assert (session.issued, session.chosen) == (3, 3)

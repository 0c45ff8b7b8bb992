"""R11, R12, R16: deadlines, late answers, and one end for every request; the times that are noted."""

from __future__ import annotations

import pytest

from coordinator.actions import (
    ArmDeadline,
    ArmGrace,
    CancelLoads,
    DisarmDeadline,
    LoadOracle,
    ShowResult,
    ShowTimeout,
    StoreResult,
)
from coordinator.contract import Ending, Limits, Token
from coordinator.draft import Noted
from coordinator.events import SessionClosed
from coordinator.session import handle_timeout, new_session, request_scope_change, step
from coordinator.state import Phase, Tally
from oracles.contract import Skipped, Source
from tests.coordinator.words import (
    BOTH,
    COURSE,
    LOADING_COURSE,
    PROFILE,
    QUEUED_UNIT,
    UNIT_1,
    UNIT_2,
    UNIT_3,
    WITH_OPTIONAL,
    A,
    B,
    C,
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
    updates,
)
from tests.fakes import loaded


class TestDeadlines:
    @pytest.mark.proves("R11", "FR-012", "AC-008", "C5")
    def test_only_what_is_pending_falls_back(self) -> None:
        session = after(*LOADING_COURSE, answered(1, COURSE, A))

        done = handle_timeout(session, Token(1))

        assert done.actions == (ShowTimeout(Token(1), COURSE, frozenset({B})),)
        assert (done.session.phase, done.session.ended) == (Phase.IDLE, Tally(timed_out=1))

    @pytest.mark.proves("R11", "FR-012", "AC-008")
    def test_the_session_takes_the_next_request_at_once(self) -> None:
        session = after(*LOADING_COURSE, overdue(1), selected(UNIT_1))

        assert session.active is not None
        assert session.active.scope == UNIT_1

    @pytest.mark.proves("R11")
    def test_a_superseded_request_that_times_out_makes_room_and_is_not_shown(self) -> None:
        session, actions = run(after(*QUEUED_UNIT), overdue(1))

        assert updates(actions) == []
        assert only(actions, CancelLoads) == [CancelLoads(Token(1), COURSE, BOTH)]
        assert session.active is not None
        assert session.active.scope == UNIT_1

    @pytest.mark.proves("R11")
    def test_limits_are_settings(self) -> None:
        limits = Limits(deadline=3.0, oracle_deadline=2.0, grace=0.5)

        _, actions = run(new_session(limits), selected(COURSE), missed(1), selected(UNIT_1))

        assert only(actions, ArmDeadline)[0].seconds == 3.0
        assert {order.seconds for order in only(actions, LoadOracle)} == {2.0}
        assert only(actions, ArmGrace)[0].seconds == 0.5

    @pytest.mark.proves("R12")
    def test_an_answer_after_the_deadline_is_shown_as_late_when_nothing_newer_was_chosen(self) -> None:
        session = after(*LOADING_COURSE, overdue(1))

        session, actions = run(session, answered(1, COURSE, A))

        result = only(actions, ShowResult)[0].result
        assert not isinstance(result, Skipped)
        assert result.source is Source.LATE
        assert only(actions, StoreResult)[0].result.source is Source.LOADED

    @pytest.mark.proves("R12")
    def test_an_answer_after_the_deadline_only_warms_the_cache_when_something_newer_was_chosen(self) -> None:
        session = after(*LOADING_COURSE, overdue(1), selected(UNIT_1))

        _, actions = run(session, answered(1, COURSE, A))

        assert actions == [StoreResult(Token(1), COURSE, loaded(COURSE, A))]

    @pytest.mark.proves("R12")
    def test_a_failure_after_the_deadline_changes_nothing_on_the_screen(self) -> None:
        _, actions = run(after(*LOADING_COURSE, overdue(1)), broke(1, COURSE, A))

        assert actions == []

    @pytest.mark.proves("R12", "R18")
    def test_a_late_answer_is_shown_while_another_tile_is_retried(self) -> None:
        session = after(*LOADING_COURSE, overdue(1), retry(COURSE, B), missed(2, B))

        _, actions = run(session, answered(1, COURSE, A))

        assert [shown.result.key for shown in only(actions, ShowResult)] == [A]

    @pytest.mark.proves("R12", "R18")
    def test_a_late_answer_never_goes_over_that_of_a_retry(self) -> None:
        session = after(*LOADING_COURSE, overdue(1), retry(COURSE, B), missed(2, B), answered(2, COURSE, B))

        _, actions = run(session, answered(1, COURSE, B))

        assert only(actions, ShowResult) == []

    @pytest.mark.proves("R12")
    def test_a_look_up_that_ends_after_the_deadline_is_shown_and_loads_nothing(self) -> None:
        session = after(selected(COURSE), overdue(1))

        _, actions = run(session, hit(1, COURSE, A))

        assert [shown.result.key for shown in only(actions, ShowResult)] == [A]
        assert only(actions, LoadOracle) == []


class TestEndings:
    @pytest.mark.proves("R16", "FR-008", "C7")
    def test_every_request_ends_exactly_once(self) -> None:
        session = after(
            *QUEUED_UNIT, selected(UNIT_2), missed(3), grace_over(1), overdue(3), selected(UNIT_3), hit(4, UNIT_3, A, B)
        )
        session = run(session, selected(COURSE), SessionClosed())[0]

        assert session.ended == Tally(completed=1, timed_out=1, replaced=1, superseded=1, closed=1)
        assert session.issued == session.ended.total == 5

    @pytest.mark.proves("R16")
    def test_closing_cancels_everything_that_runs(self) -> None:
        done = step(after(*QUEUED_UNIT), SessionClosed())

        assert done.actions == (DisarmDeadline(Token(1), COURSE, BOTH), CancelLoads(Token(1), COURSE, BOTH))
        assert noted(done) == [Noted.CLOSED, Noted.CLOSED]
        assert done.session.ended == Tally(closed=2)
        assert list(done.session) == []

    @pytest.mark.proves("R16")
    def test_closing_an_idle_session_cancels_what_was_left_of_its_requests(self) -> None:
        done = step(after(*LOADING_COURSE, overdue(1)), SessionClosed())

        assert done.actions == (CancelLoads(Token(1), COURSE, BOTH),)

    @pytest.mark.proves("R16", "R12")
    def test_answers_after_the_close_are_ignored(self) -> None:
        done = step(after(*LOADING_COURSE, SessionClosed()), answered(1, COURSE, A))

        assert (done.actions, noted(done)) == ((), [Noted.IGNORED])

    @pytest.mark.proves("R16", "C3")
    def test_only_so_many_ended_requests_are_remembered_and_the_loads_of_the_rest_are_cancelled(self) -> None:
        session = after(*LOADING_COURSE, overdue(1), limits=Limits(retired=2))
        for token in (2, 3):
            session = run(session, retry(COURSE, A), missed(token, A), overdue(token))[0]

        assert [request.token for request in session.retired] == [2, 3]
        assert all(request.ending is Ending.TIMED_OUT for request in session.retired)

    @pytest.mark.proves("R12", "R18")
    def test_a_look_up_of_the_same_choice_is_awaited_even_after_a_retry_has_ended(self) -> None:
        session = after(selected(COURSE), overdue(1), retry(COURSE, B), hit(2, COURSE, B, of=frozenset({B})))

        _, actions = run(session, hit(1, COURSE, A))

        assert [shown.result.key for shown in only(actions, ShowResult)] == [A]

    @pytest.mark.proves("R16")
    def test_a_look_up_of_an_older_choice_is_not_remembered(self) -> None:
        session = after(selected(COURSE), overdue(1), selected(UNIT_1), hit(2, UNIT_1, A, B))

        assert [request.token for request in session.retired] == [2]

    @pytest.mark.proves("R16")
    def test_the_request_on_the_screen_is_never_forgotten(self) -> None:
        session = after(
            *LOADING_COURSE, selected(UNIT_1), hit(2, UNIT_1, A, B), grace_over(1), limits=Limits(retired=1)
        )

        assert [request.scope for request in session.retired] == [UNIT_1]

    @pytest.mark.proves("R16")
    def test_the_loads_of_a_forgotten_request_are_cancelled(self) -> None:
        session = after(*LOADING_COURSE, overdue(1), retry(COURSE, A), missed(2, A), limits=Limits(retired=1))

        _, actions = run(session, overdue(2))

        assert only(actions, CancelLoads) == [CancelLoads(Token(1), COURSE, BOTH)]


class TestTimes:
    @pytest.mark.proves("FR-008", "AC-006", "X1")
    def test_the_first_shown_answer_is_noted_with_the_time_since_the_choice(self) -> None:
        session = run(new_session(), selected(COURSE, at=10.0), missed(1, at=10.1))[0]

        first = step(session, answered(1, COURSE, A, at=10.5))
        second = step(first.session, answered(1, COURSE, B, at=11.0))

        assert [(note.what, note.seconds) for note in first.notes] == [(Noted.FIRST_READY, 0.5)]
        assert [(note.what, note.seconds) for note in second.notes] == [(Noted.COMPLETED, 1.0)]

    @pytest.mark.proves("FR-008")
    def test_a_failure_is_not_a_first_answer(self) -> None:
        done = step(after(*LOADING_COURSE, broke(1, COURSE, A)), answered(1, COURSE, B))

        assert noted(done) == [Noted.FIRST_READY, Noted.COMPLETED]

    @pytest.mark.proves("FR-008")
    def test_optional_answers_are_not_first_answers(self) -> None:
        done = step(after(selected(COURSE, WITH_OPTIONAL)), hit(1, COURSE, C, of=BOTH | {C}))

        assert noted(done) == []


@pytest.mark.proves("FR-009", "AC-007")
def test_the_public_functions_and_the_gate_do_the_same() -> None:
    by_function = request_scope_change(new_session(), COURSE, PROFILE, 1.0)
    by_gate = step(new_session(), selected(COURSE, at=1.0))

    assert by_function == by_gate


@pytest.mark.proves("FR-009", "C1")
def test_the_same_history_gives_the_same_orders() -> None:
    history = (*QUEUED_UNIT, selected(UNIT_2), missed(3), grace_over(1), answered(3, UNIT_2, A), overdue(3))

    assert run(new_session(), *history) == run(new_session(), *history)

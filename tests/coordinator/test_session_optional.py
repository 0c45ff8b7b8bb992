"""R13: optional oracles come after the required ones and hold nothing up."""

from __future__ import annotations

import pytest

from coordinator.actions import CancelLoads, DisarmDeadline, LoadOracle, ShowCompletion, ShowFailure, ShowResult
from coordinator.contract import Token
from coordinator.events import OracleFinished
from coordinator.session import new_session, step
from coordinator.state import Phase, Tally
from oracles.contract import Skipped
from tests.coordinator.words import (
    BOTH,
    COURSE,
    LOADING_COURSE,
    UNIT_1,
    UNIT_2,
    WITH_OPTIONAL,
    A,
    B,
    C,
    after,
    answered,
    broke,
    hit,
    missed,
    only,
    overdue,
    run,
    selected,
)


class TestOptionalOracles:
    START = (selected(COURSE, WITH_OPTIONAL), missed(1, A, B, C))

    @pytest.mark.proves("R13")
    def test_they_start_after_the_required_ones(self) -> None:
        session, actions = run(new_session(), *self.START)
        assert [order.key for order in only(actions, LoadOracle)] == [A, B]

        session, actions = run(session, answered(1, COURSE, A), answered(1, COURSE, B))

        assert [type(action) for action in actions[-3:]] == [DisarmDeadline, ShowCompletion, LoadOracle]
        assert only(actions, LoadOracle)[0].key == C
        assert session.phase is Phase.IDLE

    @pytest.mark.proves("R13")
    def test_an_optional_answer_that_comes_last_is_shown_and_not_counted_as_stale(self) -> None:
        session = after(*self.START, answered(1, COURSE, A), answered(1, COURSE, B))

        done = step(session, answered(1, COURSE, C))

        assert [shown.result.key for shown in only(done.actions, ShowResult)] == [C]
        assert done.notes == ()

    @pytest.mark.proves("R13", "R10")
    def test_an_optional_failure_is_shown_and_leaves_the_outcome_alone(self) -> None:
        session = after(*self.START, answered(1, COURSE, A), answered(1, COURSE, B))

        done = step(session, broke(1, COURSE, C))

        assert len(only(done.actions, ShowFailure)) == 1
        assert done.session.ended == Tally(completed=1)

    @pytest.mark.proves("R13", "R4")
    def test_an_optional_hit_is_shown_at_once_and_not_loaded(self) -> None:
        session = after(selected(COURSE, WITH_OPTIONAL), hit(1, COURSE, C, of=BOTH | {C}))

        _, actions = run(session, answered(1, COURSE, A), answered(1, COURSE, B))

        assert only(actions, LoadOracle) == []

    @pytest.mark.proves("R13")
    def test_they_are_cancelled_by_the_choice_of_another_scope(self) -> None:
        session = after(*self.START, answered(1, COURSE, A), answered(1, COURSE, B))

        session, actions = run(session, selected(UNIT_1, WITH_OPTIONAL), selected(UNIT_2, WITH_OPTIONAL))

        assert only(actions, CancelLoads) == [CancelLoads(Token(1), COURSE, frozenset({C}))]

    @pytest.mark.proves("R13")
    def test_they_run_on_when_the_same_scope_is_chosen_again(self) -> None:
        session = after(*self.START, answered(1, COURSE, A), answered(1, COURSE, B))

        session, actions = run(session, selected(COURSE, WITH_OPTIONAL))

        assert only(actions, CancelLoads) == []

    @pytest.mark.proves("R13", "R11")
    def test_after_a_deadline_they_are_said_to_be_skipped(self) -> None:
        _, actions = run(after(*self.START), overdue(1))

        assert only(actions, ShowResult) == [ShowResult(Token(1), COURSE, Skipped(COURSE, C))]
        assert only(actions, LoadOracle) == []

    @pytest.mark.proves("R13")
    def test_they_are_never_loaded_for_a_scope_that_is_not_on_the_screen(self) -> None:
        session = after(*self.START, selected(UNIT_1, WITH_OPTIONAL))

        _, actions = run(session, answered(1, COURSE, A), answered(1, COURSE, B))

        assert C not in {order.key for order in only(actions, LoadOracle)}

    @pytest.mark.proves("R13")
    def test_an_oracle_that_was_not_asked_counts_as_answered_and_is_not_stored(self) -> None:
        _, actions = run(after(*LOADING_COURSE), OracleFinished(Token(1), A, Skipped(COURSE, A)))

        assert actions == [ShowResult(Token(1), COURSE, Skipped(COURSE, A))]

"""R3, R8, R9, R10: which answers are shown and which only stored, and what a failure touches."""

from __future__ import annotations

import pytest

from coordinator.actions import ShowCompletion, ShowFailure, StoreResult
from coordinator.contract import Outcome, Token
from coordinator.draft import Noted
from coordinator.events import OracleFinished
from coordinator.session import handle_oracle_result, step
from oracles.contract import FailureReason
from tests.coordinator.words import (
    COURSE,
    LOADING_COURSE,
    QUEUED_UNIT,
    UNIT_1,
    UNIT_2,
    A,
    B,
    after,
    answered,
    broke,
    grace_over,
    hit,
    noted,
    only,
    run,
    selected,
    updates,
)
from tests.fakes import loaded


class TestWhatMayBeShown:
    @pytest.mark.proves("R3", "R8", "FR-003", "FR-006", "AC-004", "C4", "UX-9")
    def test_an_answer_of_the_active_request_is_not_shown_once_something_newer_is_queued(self) -> None:
        done = step(after(*QUEUED_UNIT), answered(1, COURSE, A))

        assert done.actions == (StoreResult(Token(1), COURSE, loaded(COURSE, A)),)
        assert noted(done) == [Noted.STALE_DISCARDED]

    @pytest.mark.proves("R3", "R8", "AC-002", "AC-004")
    def test_an_answer_of_a_superseded_request_warms_the_cache_under_its_own_scope_only(self) -> None:
        session = after(*QUEUED_UNIT, grace_over(1))

        done = handle_oracle_result(session, Token(1), A, loaded(COURSE, A))

        assert done.actions == (StoreResult(Token(1), COURSE, loaded(COURSE, A)),)
        assert done.session.active == session.active

    @pytest.mark.proves("R3")
    def test_cached_answers_of_an_older_choice_are_not_shown(self) -> None:
        session = after(selected(COURSE), selected(UNIT_1))

        _, actions = run(session, hit(1, COURSE, A))

        assert updates(actions) == []

    @pytest.mark.proves("R8")
    def test_a_stale_failure_changes_nothing_and_is_not_stored(self) -> None:
        done = step(after(*QUEUED_UNIT), broke(1, COURSE, A))

        assert done.actions == ()
        assert noted(done) == [Noted.STALE_DISCARDED]

    @pytest.mark.proves("R8", "FR-008")
    def test_a_cancelled_load_is_not_counted_as_discarded(self) -> None:
        session = after(*QUEUED_UNIT, grace_over(1))

        done = step(session, broke(1, COURSE, A, FailureReason.CANCELLED))

        assert (done.actions, done.notes) == ((), ())

    @pytest.mark.proves("R9")
    def test_an_answer_is_stored_as_it_came_with_its_stamps(self) -> None:
        result = loaded(COURSE, A, started_at=12.5)

        _, actions = run(after(*LOADING_COURSE), OracleFinished(Token(1), A, result))

        assert only(actions, StoreResult)[0].result is result

    @pytest.mark.proves("R8", "R15")
    def test_an_answer_of_a_forgotten_request_is_ignored(self) -> None:
        session = after(*QUEUED_UNIT, selected(UNIT_2))

        done = step(session, answered(2, UNIT_1, A))

        assert (done.session, done.actions, noted(done)) == (session, (), [Noted.IGNORED])


class TestFailures:
    @pytest.mark.proves("R10", "FR-004", "NFR-OPS-002")
    def test_a_failure_is_shown_for_its_oracle_alone(self) -> None:
        session, actions = run(after(*LOADING_COURSE), broke(1, COURSE, A))

        assert [shown.result.key for shown in only(actions, ShowFailure)] == [A]
        assert session.active is not None
        assert session.active.pending == {B}

    @pytest.mark.proves("R10", "C8")
    @pytest.mark.parametrize(
        ("first", "second", "outcome"),
        [
            (answered(1, COURSE, A), answered(1, COURSE, B), Outcome.SUCCESS),
            (broke(1, COURSE, A), answered(1, COURSE, B), Outcome.PARTIAL),
            (answered(1, COURSE, A), broke(1, COURSE, B), Outcome.PARTIAL),
            (broke(1, COURSE, A), broke(1, COURSE, B), Outcome.FAILED),
        ],
    )
    def test_the_outcome_says_how_many_failed(
        self, first: OracleFinished, second: OracleFinished, outcome: Outcome
    ) -> None:
        done = step(after(*LOADING_COURSE, first), second)

        assert only(done.actions, ShowCompletion)[0].outcome is outcome
        assert [note.outcome for note in done.notes if note.what is Noted.COMPLETED] == [outcome]

    @pytest.mark.proves("R10")
    def test_a_failure_is_not_stored(self) -> None:
        _, actions = run(after(*LOADING_COURSE), broke(1, COURSE, A))

        assert only(actions, StoreResult) == []

"""R3, R4, R5, R8, R9, R10, R13: what is looked up, loaded, stored and shown."""

from __future__ import annotations

import pytest

from coordinator.actions import (
    CancelLoads,
    ConsultCache,
    DisarmDeadline,
    LoadOracle,
    ShowCompletion,
    ShowFailure,
    ShowResult,
    StoreResult,
)
from coordinator.contract import Outcome, Token
from coordinator.draft import Noted
from coordinator.events import CacheConsulted, OracleFinished
from coordinator.session import handle_oracle_result, new_session, step
from coordinator.state import Phase, Tally
from oracles.contract import FailureReason, Skipped, Source
from tests.coordinator.words import (
    BOTH,
    COURSE,
    LOADING_COURSE,
    QUEUED_UNIT,
    UNIT_1,
    UNIT_2,
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


class TestCacheFirst:
    @pytest.mark.proves("R4", "FR-005", "AC-003")
    def test_hits_are_shown_at_once_and_only_misses_are_loaded(self) -> None:
        session, actions = run(after(selected(COURSE)), hit(1, COURSE, A))

        assert [shown.result.key for shown in only(actions, ShowResult)] == [A]
        assert only(actions, LoadOracle) == [LoadOracle(Token(1), COURSE, B, 8.0)]
        assert session.active is not None
        assert session.active.pending == {B}

    @pytest.mark.proves("R4")
    def test_a_cached_answer_says_that_it_came_from_the_cache(self) -> None:
        _, actions = run(after(selected(COURSE)), hit(1, COURSE, A))

        result = only(actions, ShowResult)[0].result
        assert not isinstance(result, Skipped)
        assert result.source is Source.CACHE

    @pytest.mark.proves("R4")
    def test_a_full_hit_completes_without_any_load(self) -> None:
        session, actions = run(after(selected(COURSE)), hit(1, COURSE, A, B))

        assert session.phase is Phase.IDLE
        assert only(actions, LoadOracle) == []
        assert actions[-2:] == [
            DisarmDeadline(Token(1), COURSE, BOTH),
            ShowCompletion(Token(1), COURSE, Outcome.SUCCESS),
        ]

    @pytest.mark.proves("R4", "NFR-OPS-002")
    def test_a_cache_that_cannot_answer_counts_as_all_missed(self) -> None:
        _, actions = run(after(selected(COURSE)), CacheConsulted(Token(1), BOTH, None))

        assert [order.key for order in only(actions, LoadOracle)] == [A, B]

    @pytest.mark.proves("R4")
    def test_nothing_is_stored_that_came_from_the_cache(self) -> None:
        _, actions = run(after(selected(COURSE)), hit(1, COURSE, A, B))

        assert only(actions, StoreResult) == []

    @pytest.mark.proves("R5", "NFR-PERF-003")
    def test_a_queued_request_consults_at_once_and_shows_its_hits(self) -> None:
        session, actions = run(after(*LOADING_COURSE), selected(UNIT_1), hit(2, UNIT_1, A))

        assert only(actions, ConsultCache) == [ConsultCache(Token(2), UNIT_1, BOTH)]
        assert [shown.scope for shown in only(actions, ShowResult)] == [UNIT_1]
        assert only(actions, LoadOracle) == []
        assert session.phase is Phase.QUEUED

    @pytest.mark.proves("R5", "NFR-PERF-003")
    def test_a_full_hit_completes_a_queued_request_without_waiting(self) -> None:
        done = step(after(*LOADING_COURSE, selected(UNIT_1)), hit(2, UNIT_1, A, B))

        assert only(done.actions, ShowCompletion) == [ShowCompletion(Token(2), UNIT_1, Outcome.SUCCESS)]
        assert only(done.actions, DisarmDeadline) == []
        assert done.session.shown == 2
        assert done.session.active is not None
        assert done.session.active.scope == COURSE
        assert done.notes[-1].was_queued

    @pytest.mark.proves("R5", "R8")
    def test_what_the_older_request_still_brings_is_not_shown_after_a_full_hit(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), hit(2, UNIT_1, A, B))

        session, actions = run(session, answered(1, COURSE, A), answered(1, COURSE, B))

        assert updates(actions) == []
        assert (session.shown, session.phase) == (2, Phase.IDLE)

    @pytest.mark.proves("R5", "R8")
    def test_a_choice_made_again_takes_what_its_first_asking_has_stored(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), missed(2), selected(COURSE), missed(3))

        session, actions = run(session, answered(1, COURSE, A), hit(3, COURSE, A, of=frozenset({A})))

        assert only(actions, ConsultCache) == [ConsultCache(Token(3), COURSE, frozenset({A}))]
        assert [shown.token for shown in only(actions, ShowResult)] == [3]

    @pytest.mark.proves("R5", "R8")
    def test_what_a_choice_made_again_has_already_is_not_asked_again(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), missed(2), selected(COURSE), hit(3, COURSE, A))

        _, actions = run(session, answered(1, COURSE, A))

        assert actions == [StoreResult(Token(1), COURSE, loaded(COURSE, A))]

    @pytest.mark.proves("R5")
    def test_the_last_answer_of_the_first_asking_completes_the_second_without_a_load(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), missed(2), selected(COURSE), hit(3, COURSE, A))

        session, actions = run(
            session, broke(1, COURSE, A), answered(1, COURSE, B), hit(3, COURSE, B, of=frozenset({B}))
        )

        assert only(actions, LoadOracle) == []
        assert (session.phase, session.shown) == (Phase.IDLE, 3)


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

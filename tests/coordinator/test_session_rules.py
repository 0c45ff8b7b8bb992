"""The rules R1 to R20, one by one."""

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
    ShowCompletion,
    ShowFailure,
    ShowLoading,
    ShowResult,
    ShowTimeout,
    StoreResult,
)
from coordinator.contract import Cause, Ending, InvalidTransition, Limits, Outcome, Profile, Token
from coordinator.draft import Noted
from coordinator.events import CacheConsulted, DebounceElapsed, OracleFinished, SessionClosed
from coordinator.session import handle_oracle_result, handle_timeout, new_session, request_scope_change, step
from coordinator.state import Phase, Tally
from oracles.contract import FailureReason, Skipped, Source
from tests.coordinator.words import (
    BOTH,
    CHANGED,
    COURSE,
    PROFILE,
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

LOADING_COURSE = (selected(COURSE), missed(1))
QUEUED_UNIT = (*LOADING_COURSE, selected(UNIT_1), missed(2))


def codes(refusal: pytest.ExceptionInfo[InvalidTransition]) -> str:
    return refusal.value.code


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

    @pytest.mark.proves("R1", "FR-002", "AC-001")
    def test_a_third_selection_replaces_the_queued_one(self) -> None:
        done = step(after(*QUEUED_UNIT), selected(UNIT_2))

        assert [request.scope for request in done.session.live] == [COURSE, UNIT_2]
        assert noted(done) == [Noted.STARTED, Noted.REPLACED, Noted.QUEUED]
        assert done.session.ended == Tally(replaced=1)

    @pytest.mark.proves("R1", "FR-002")
    def test_the_notes_say_which_request_left_the_queue(self) -> None:
        done = step(after(*QUEUED_UNIT), selected(UNIT_2))

        assert [(note.what, note.token) for note in done.notes if note.was_queued] == [(Noted.REPLACED, 2)]

    @pytest.mark.proves("R2", "FR-003")
    def test_tokens_count_up_and_are_never_reused(self) -> None:
        session = after(*QUEUED_UNIT, selected(UNIT_2), selected(UNIT_3), grace_over(1), selected(COURSE))

        assert session.issued == 5
        assert [request.token for request in session.live] == [4, 5]


class TestWhatMayBeShown:
    @pytest.mark.proves("R3", "R8", "FR-003", "FR-006", "AC-004")
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

    @pytest.mark.proves("R5")
    def test_the_last_answer_of_the_first_asking_completes_the_second_without_a_load(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), missed(2), selected(COURSE), hit(3, COURSE, A))

        session, actions = run(session, broke(1, COURSE, A), answered(1, COURSE, B), hit(3, COURSE, B, of=frozenset(B)))

        assert only(actions, LoadOracle) == []
        assert (session.phase, session.shown) == (Phase.IDLE, 3)


class TestGrace:
    @pytest.mark.proves("R6", "FR-002")
    def test_a_superseded_request_gets_a_grace_once(self) -> None:
        _, actions = run(after(*LOADING_COURSE), selected(UNIT_1), selected(UNIT_2))

        assert only(actions, ArmGrace) == [ArmGrace(Token(1), COURSE, BOTH, 0.25)]

    @pytest.mark.proves("R6")
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
    @pytest.mark.proves("R7")
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


class TestFailures:
    @pytest.mark.proves("R10", "FR-004", "NFR-OPS-002")
    def test_a_failure_is_shown_for_its_oracle_alone(self) -> None:
        session, actions = run(after(*LOADING_COURSE), broke(1, COURSE, A))

        assert [shown.result.key for shown in only(actions, ShowFailure)] == [A]
        assert session.active is not None
        assert session.active.pending == {B}

    @pytest.mark.proves("R10")
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


class TestDeadlines:
    @pytest.mark.proves("R11", "FR-012", "AC-008")
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


class TestDuplicates:
    @pytest.mark.proves("R14")
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


class TestRefusals:
    @pytest.mark.proves("R15", "FR-009")
    @pytest.mark.parametrize(
        ("event", "code"),
        [
            (answered(9, COURSE, A), "unknown_token"),
            (answered(0, COURSE, A), "unknown_token"),
            (answered(2, UNIT_1, A), "not_loading"),
            (answered(1, UNIT_1, A), "identity_mismatch"),
            (OracleFinished(Token(1), A, loaded(COURSE, B)), "identity_mismatch"),
            (missed(1), "not_looking"),
            (overdue(2), "not_active"),
            (overdue(7), "unknown_token"),
            (grace_over(2), "not_active"),
            (DebounceElapsed(Token(1)), "not_held"),
            (selected(UNIT_2, Profile(frozenset())), "invalid_profile"),
            (selected(UNIT_2, Profile(BOTH, frozenset({A}))), "invalid_profile"),
            (retry(UNIT_1), "unknown_keys"),
            (retry(UNIT_1, C), "unknown_keys"),
            ("select", "unknown_event"),
        ],
    )
    def test_what_cannot_happen_is_refused_and_changes_nothing(self, event: object, code: str) -> None:
        session = after(*QUEUED_UNIT)
        same = after(*QUEUED_UNIT)

        with pytest.raises(InvalidTransition) as refusal:
            step(session, event)  # type: ignore[arg-type]

        assert codes(refusal) == code
        assert session == same

    @pytest.mark.proves("R15", "FR-009")
    def test_a_hit_of_another_scope_is_refused(self) -> None:
        session = after(selected(COURSE))

        with pytest.raises(InvalidTransition, match="identity_mismatch: expected"):
            step(session, CacheConsulted(Token(1), BOTH, (loaded(UNIT_1, A),)))

    @pytest.mark.proves("R15")
    def test_a_hit_that_was_not_asked_for_is_refused(self) -> None:
        session = after(selected(COURSE))

        with pytest.raises(InvalidTransition, match="identity_mismatch"):
            step(session, CacheConsulted(Token(1), BOTH, (loaded(COURSE, C),)))

    @pytest.mark.proves("R15")
    def test_the_grace_of_a_request_that_is_not_superseded_cannot_elapse(self) -> None:
        with pytest.raises(InvalidTransition, match="not_superseded"):
            step(after(*LOADING_COURSE), grace_over(1))

    @pytest.mark.proves("R15")
    def test_a_refusal_says_what_was_expected_and_what_came(self) -> None:
        with pytest.raises(InvalidTransition) as refusal:
            step(after(*LOADING_COURSE), overdue(3))

        error = refusal.value
        assert (error.code, error.expected, error.got) == ("unknown_token", "1..1", 3)
        assert str(error) == "unknown_token: expected 1..1, got 3"

    @pytest.mark.proves("R15")
    @pytest.mark.parametrize("late", [overdue(1), grace_over(1), DebounceElapsed(Token(1))])
    def test_a_timer_that_fires_late_is_ignored_and_counted(self, late: object) -> None:
        session = after(*LOADING_COURSE, overdue(1))

        done = step(session, late)  # type: ignore[arg-type]

        assert (done.session, done.actions, noted(done)) == (session, (), [Noted.IGNORED])

    @pytest.mark.proves("R15")
    def test_a_look_up_of_a_replaced_request_is_ignored(self) -> None:
        session = after(*LOADING_COURSE, selected(UNIT_1), selected(UNIT_2))

        done = step(session, hit(2, UNIT_1, A))

        assert (done.session, noted(done)) == (session, [Noted.IGNORED])

    @pytest.mark.proves("R15")
    def test_nothing_can_be_asked_of_a_closed_session(self) -> None:
        session = after(*LOADING_COURSE, SessionClosed())

        for event in (selected(UNIT_1), retry(COURSE, A), CHANGED, SessionClosed()):
            with pytest.raises(InvalidTransition, match="closed"):
                step(session, event)

    @pytest.mark.proves("R15")
    def test_a_retry_needs_something_chosen(self) -> None:
        with pytest.raises(InvalidTransition, match="nothing_chosen"):
            step(new_session(), retry(COURSE, A))


class TestEndings:
    @pytest.mark.proves("R16", "FR-008")
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

    @pytest.mark.proves("R16")
    def test_only_so_many_ended_requests_are_remembered_and_the_loads_of_the_rest_are_cancelled(self) -> None:
        session = after(*LOADING_COURSE, overdue(1), limits=Limits(retired=2))
        for token in (2, 3):
            session = run(session, retry(COURSE, A), missed(token, A), overdue(token))[0]

        assert [request.token for request in session.retired] == [2, 3]
        assert all(request.ending is Ending.TIMED_OUT for request in session.retired)

    @pytest.mark.proves("R16")
    def test_the_loads_of_a_forgotten_request_are_cancelled(self) -> None:
        session = after(*LOADING_COURSE, overdue(1), retry(COURSE, A), missed(2, A), limits=Limits(retired=1))

        _, actions = run(session, overdue(2))

        assert only(actions, CancelLoads) == [CancelLoads(Token(1), COURSE, BOTH)]


class TestChangedData:
    SHOWN = (selected(COURSE), hit(1, COURSE, A, B))

    @pytest.mark.proves("R17")
    def test_an_idle_session_reads_its_scope_again(self) -> None:
        done = step(after(*self.SHOWN), CHANGED)

        assert done.actions[0] == ShowLoading(Token(2), COURSE, BOTH, Cause.DATA_CHANGED)
        assert only(done.actions, ConsultCache) == [ConsultCache(Token(2), COURSE, BOTH)]
        assert done.session.chosen == 1

    @pytest.mark.proves("R17")
    def test_it_never_replaces_a_pending_choice(self) -> None:
        session, actions = run(after(*QUEUED_UNIT), CHANGED)

        assert actions == []
        assert [request.scope for request in session.live] == [COURSE, UNIT_1]

    @pytest.mark.proves("R17")
    def test_it_follows_when_what_was_chosen_is_complete(self) -> None:
        session = after(*LOADING_COURSE, CHANGED, CHANGED, answered(1, COURSE, A))

        session, actions = run(session, answered(1, COURSE, B))

        assert [order.cause for order in only(actions, ShowLoading)] == [Cause.DATA_CHANGED]
        assert session.issued == 2

    @pytest.mark.proves("R17", "R13")
    def test_it_waits_for_optional_answers_so_that_they_are_not_starved(self) -> None:
        session = after(selected(COURSE, WITH_OPTIONAL), hit(1, COURSE, A, B, of=BOTH | {C}), CHANGED)
        assert session.issued == 1

        session, _ = run(session, answered(1, COURSE, C))

        assert session.issued == 2

    @pytest.mark.proves("R17")
    def test_a_new_choice_makes_it_unnecessary(self) -> None:
        session = after(*LOADING_COURSE, CHANGED, selected(UNIT_1), hit(2, UNIT_1, A, B))

        assert session.issued == 2
        assert not session.is_refresh_due

    @pytest.mark.proves("R17")
    def test_it_gives_way_to_a_choice_at_once(self) -> None:
        session = after(*self.SHOWN, CHANGED, missed(2))

        session, actions = run(session, selected(UNIT_1))

        assert only(actions, CancelLoads) == [CancelLoads(Token(2), COURSE, BOTH)]
        assert session.phase is Phase.IN_FLIGHT
        assert session.active is not None
        assert session.active.scope == UNIT_1

    @pytest.mark.proves("R17")
    def test_changes_during_a_refresh_cause_one_more(self) -> None:
        session = after(*self.SHOWN, CHANGED, CHANGED, CHANGED, hit(2, COURSE, A, B), hit(3, COURSE, A, B))

        assert (session.issued, session.phase) == (3, Phase.IDLE)

    @pytest.mark.proves("R17")
    def test_nothing_happens_before_the_first_choice(self) -> None:
        done = step(new_session(), CHANGED)

        assert (done.session, done.actions) == (new_session(), ())

    @pytest.mark.proves("R17")
    def test_the_refreshed_answers_are_shown(self) -> None:
        _, actions = run(after(*self.SHOWN, CHANGED), hit(2, COURSE, A), answered(2, COURSE, B))

        assert [shown.result.key for shown in only(actions, ShowResult)] == [A, B]


class TestRetry:
    FAILED_A = (*LOADING_COURSE, broke(1, COURSE, A))

    @pytest.mark.proves("R18")
    def test_it_reloads_only_the_oracles_of_its_tile(self) -> None:
        session = after(*self.FAILED_A, answered(1, COURSE, B))

        session, actions = run(session, retry(COURSE, A), missed(2, A))

        assert actions == [
            ShowLoading(Token(2), COURSE, frozenset({A}), Cause.RETRIED),
            ArmDeadline(Token(2), COURSE, frozenset({A}), 10.0),
            ConsultCache(Token(2), COURSE, frozenset({A})),
            LoadOracle(Token(2), COURSE, A, 8.0),
        ]

    @pytest.mark.proves("R18")
    def test_its_answer_is_shown_and_completes_it(self) -> None:
        session = after(*self.FAILED_A, answered(1, COURSE, B), retry(COURSE, A), missed(2, A))

        session, actions = run(session, answered(2, COURSE, A))

        assert only(actions, ShowCompletion) == [ShowCompletion(Token(2), COURSE, Outcome.SUCCESS)]
        assert session.shown == 2

    @pytest.mark.proves("R18")
    def test_while_its_request_is_being_built_it_becomes_part_of_it(self) -> None:
        session, actions = run(after(*self.FAILED_A), retry(COURSE, A), missed(1, A))

        assert session.issued == 1
        assert actions == [
            ShowLoading(Token(1), COURSE, frozenset({A}), Cause.RETRIED),
            ConsultCache(Token(1), COURSE, frozenset({A})),
            LoadOracle(Token(1), COURSE, A, 8.0),
        ]

        _, actions = run(session, answered(1, COURSE, A), answered(1, COURSE, B))
        assert only(actions, ShowCompletion)[0].outcome is Outcome.SUCCESS

    @pytest.mark.proves("R18")
    def test_what_is_under_way_is_not_asked_twice(self) -> None:
        session = after(*self.FAILED_A)

        done = step(session, retry(COURSE, B))

        assert (done.session, done.actions, noted(done)) == (session, (), [Noted.DUPLICATE])

    @pytest.mark.proves("R18", "R15")
    def test_on_a_tile_of_an_older_scope_it_is_ignored(self) -> None:
        session = after(*self.FAILED_A, selected(UNIT_1))

        done = step(session, retry(COURSE, A))

        assert (done.session, done.actions, noted(done)) == (session, (), [Noted.IGNORED])

    @pytest.mark.proves("R18", "R17")
    def test_afterwards_changed_data_is_read_for_the_whole_profile(self) -> None:
        session = after(*self.FAILED_A, answered(1, COURSE, B), retry(COURSE, A), hit(2, COURSE, A, of=frozenset({A})))

        _, actions = run(session, CHANGED)

        assert only(actions, ConsultCache) == [ConsultCache(Token(3), COURSE, BOTH)]

    @pytest.mark.proves("R18", "R13")
    def test_it_asks_no_optional_oracle_that_is_not_its_own(self) -> None:
        session = after(selected(COURSE, WITH_OPTIONAL), hit(1, COURSE, A, B, of=BOTH | {C}), broke(1, COURSE, C))

        _, actions = run(session, retry(COURSE, A), hit(2, COURSE, A, of=frozenset({A})))

        assert only(actions, LoadOracle) == []

    @pytest.mark.proves("R18", "R13")
    def test_an_optional_oracle_can_be_retried(self) -> None:
        session = after(selected(COURSE, WITH_OPTIONAL), hit(1, COURSE, A, B, of=BOTH | {C}), broke(1, COURSE, C))

        _, actions = run(session, retry(COURSE, C), missed(2, C))

        assert [order.key for order in only(actions, LoadOracle)] == [C]


class TestTimes:
    @pytest.mark.proves("FR-008", "AC-006")
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


@pytest.mark.proves("FR-009")
def test_the_same_history_gives_the_same_orders() -> None:
    history = (*QUEUED_UNIT, selected(UNIT_2), missed(3), grace_over(1), answered(3, UNIT_2, A), overdue(3))

    assert run(new_session(), *history) == run(new_session(), *history)

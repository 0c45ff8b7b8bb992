"""R15, R17, R18: what is refused, changed data, retries."""

from __future__ import annotations

import pytest

from coordinator.actions import (
    ArmDeadline,
    CancelLoads,
    ConsultCache,
    LoadOracle,
    ShowCompletion,
    ShowLoading,
    ShowResult,
)
from coordinator.contract import Cause, InvalidTransition, Outcome, Profile, Token
from coordinator.draft import Noted
from coordinator.events import CacheConsulted, DebounceElapsed, OracleFinished, SessionClosed
from coordinator.session import new_session, step
from coordinator.state import Phase
from tests.coordinator.words import (
    BOTH,
    CHANGED,
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
    retry,
    run,
    selected,
)
from tests.fakes import loaded


def codes(refusal: pytest.ExceptionInfo[InvalidTransition]) -> str:
    return refusal.value.code


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

    @pytest.mark.proves("R15", "R8")
    def test_a_look_up_of_a_superseded_request_is_ignored_though_its_loads_still_run(self) -> None:
        session = after(*LOADING_COURSE, broke(1, COURSE, A), retry(COURSE, A), selected(UNIT_1), grace_over(1))

        done = step(session, hit(1, COURSE, A, of=frozenset({A})))

        assert (done.session, done.actions, noted(done)) == (session, (), [Noted.IGNORED])

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

        assert only(actions, ConsultCache) == [ConsultCache(Token(2), COURSE, frozenset({A}))]
        assert only(actions, LoadOracle) == []

    @pytest.mark.proves("R18", "R13")
    def test_an_optional_oracle_can_be_retried(self) -> None:
        session = after(selected(COURSE, WITH_OPTIONAL), hit(1, COURSE, A, B, of=BOTH | {C}), broke(1, COURSE, C))

        _, actions = run(session, retry(COURSE, C), missed(2, C))

        assert [order.key for order in only(actions, LoadOracle)] == [C]

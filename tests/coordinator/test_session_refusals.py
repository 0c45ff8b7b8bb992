"""R15: what cannot happen is refused and changes nothing; what comes too late is ignored."""

from __future__ import annotations

import pytest

from coordinator.contract import InvalidTransition, Profile, Token
from coordinator.draft import Noted
from coordinator.events import CacheConsulted, DebounceElapsed, OracleFinished, SessionClosed
from coordinator.session import new_session, step
from tests.coordinator.words import (
    BOTH,
    CHANGED,
    COURSE,
    LOADING_COURSE,
    QUEUED_UNIT,
    UNIT_1,
    UNIT_2,
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
    overdue,
    retry,
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

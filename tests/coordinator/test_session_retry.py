"""R18: a retry loads the oracles of its tile and no others."""

from __future__ import annotations

import pytest

from coordinator.actions import ArmDeadline, ConsultCache, LoadOracle, ShowCompletion, ShowLoading
from coordinator.contract import Cause, Outcome, Token
from coordinator.draft import Noted
from coordinator.session import step
from tests.coordinator.words import (
    BOTH,
    CHANGED,
    COURSE,
    LOADING_COURSE,
    UNIT_1,
    WITH_OPTIONAL,
    A,
    B,
    C,
    after,
    answered,
    broke,
    hit,
    missed,
    noted,
    only,
    retry,
    run,
    selected,
)


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

"""R4, R5: the cache is asked before anything is loaded, also for a choice that still waits."""

from __future__ import annotations

import pytest

from coordinator.actions import ConsultCache, DisarmDeadline, LoadOracle, ShowCompletion, ShowResult, StoreResult
from coordinator.contract import Outcome, Token
from coordinator.events import CacheConsulted
from coordinator.session import step
from coordinator.state import Phase
from oracles.contract import Skipped, Source
from tests.coordinator.words import (
    BOTH,
    COURSE,
    LOADING_COURSE,
    UNIT_1,
    A,
    B,
    after,
    answered,
    broke,
    hit,
    missed,
    only,
    run,
    selected,
    updates,
)
from tests.fakes import loaded


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

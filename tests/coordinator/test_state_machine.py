"""Random histories: whatever an instructor, the data, the cache, the oracles and the timers do, the rules hold."""

from __future__ import annotations

from unittest import TestCase

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from coordinator.contract import InvalidTransition, Limits, Profile, Token
from coordinator.events import (
    CacheConsulted,
    DataChanged,
    DeadlinePassed,
    DebounceElapsed,
    Event,
    GraceElapsed,
    MoreAsked,
    OracleFinished,
    RetryAsked,
    ScopeSelected,
    SessionClosed,
)
from coordinator.session import new_session, step
from coordinator.state import Request, Session
from oracles.contract import FailureReason, OracleKey, Scope, Skipped
from tests.coordinator.invariants import Ledger, check, owners
from tests.coordinator.words import COURSE, PROFILE, UNIT_1, UNIT_2, UNIT_3, WITH_OPTIONAL, A, B, C
from tests.fakes import failed, loaded

SCOPES = st.sampled_from((COURSE, UNIT_1, UNIT_2, UNIT_3))
PROFILES = st.sampled_from((PROFILE, WITH_OPTIONAL, WITH_OPTIONAL))
KEYS = st.frozensets(st.sampled_from((A, B, C)), min_size=1)
REASONS = st.sampled_from(FailureReason)
Timer = type[DeadlinePassed | GraceElapsed | DebounceElapsed]


class Histories(RuleBasedStateMachine):
    """One open dashboard and everything that can happen to it."""

    session: Session
    ledger: Ledger

    @initialize(debounce=st.sampled_from((0.0, 0.1)), retired=st.sampled_from((2, 8)))
    def open(self, debounce: float, retired: int) -> None:
        self.session = new_session(Limits(debounce=debounce, retired=retired))
        self.ledger = Ledger()

    def happens(self, event: Event) -> None:
        before = self.session
        done = step(before, event)
        check(before, event, done)
        self.ledger.follow(event, done)
        self.session = done.session

    def is_refused(self, event: Event) -> None:
        before = self.session
        with pytest.raises(InvalidTransition):
            step(before, event)
        assert self.session == before

    # ---- people and data

    @precondition(lambda self: not self.session.is_closed)
    @rule(scope=SCOPES, profile=PROFILES)
    def selects(self, scope: Scope, profile: Profile) -> None:
        self.happens(ScopeSelected(scope, profile))

    @precondition(lambda self: self.session.latest)
    @rule(keys=KEYS)
    def retries(self, keys: frozenset[OracleKey]) -> None:
        latest = self.session.latest
        if latest and keys & latest.profile.keys:
            self.happens(RetryAsked(latest.scope, keys & latest.profile.keys))

    @precondition(lambda self: self.session.latest)
    @rule(scope=SCOPES, keys=KEYS)
    def retries_on_a_tile_that_may_be_gone(self, scope: Scope, keys: frozenset[OracleKey]) -> None:
        latest = self.session.latest
        if latest and scope != latest.scope:
            self.happens(RetryAsked(scope, keys))

    @precondition(lambda self: self.session.latest)
    @rule(scope=SCOPES, keys=KEYS)
    def looks_at_more(self, scope: Scope, keys: frozenset[OracleKey]) -> None:
        self.happens(MoreAsked(scope, keys))

    @precondition(lambda self: not self.session.is_closed)
    @rule()
    def data_changes(self) -> None:
        self.happens(DataChanged())

    @precondition(lambda self: not self.session.is_closed and self.session.issued > 6)
    @rule()
    def closes(self) -> None:
        self.happens(SessionClosed())

    # ---- the driver

    @precondition(lambda self: any(r.looking for r in self.session))
    @rule(data=st.data(), broken=st.sampled_from((False, False, False, True)))
    def cache_answers(self, data: st.DataObject, broken: bool) -> None:
        request = self.one_of(data, [r for r in self.session if r.looking])
        hits = data.draw(st.sets(st.sampled_from(sorted(request.looking))))
        found = tuple(loaded(request.scope, key) for key in sorted(hits))
        self.happens(CacheConsulted(request.token, request.looking, None if broken else found))

    @precondition(lambda self: any(r.loading for r in self.session))
    @rule(data=st.data())
    def oracle_answers(self, data: st.DataObject) -> None:
        request, key = self.a_load(data)
        self.happens(OracleFinished(request.token, key, loaded(request.scope, key)))

    @precondition(lambda self: any(r.loading for r in self.session))
    @rule(data=st.data(), reason=REASONS)
    def oracle_fails(self, data: st.DataObject, reason: FailureReason) -> None:
        request, key = self.a_load(data)
        self.happens(OracleFinished(request.token, key, failed(request.scope, key, reason)))

    @precondition(lambda self: any(r.loading for r in self.session))
    @rule(data=st.data())
    def oracle_is_skipped(self, data: st.DataObject) -> None:
        request, key = self.a_load(data)
        self.happens(OracleFinished(request.token, key, Skipped(request.scope, key)))

    @precondition(lambda self: self.session.active)
    @rule()
    def deadline_passes(self) -> None:
        assert self.session.active
        self.happens(DeadlinePassed(self.session.active.token))

    @precondition(lambda self: self.session.active and self.session.active.has_grace)
    @rule()
    def grace_elapses(self) -> None:
        assert self.session.active
        self.happens(GraceElapsed(self.session.active.token))

    @precondition(lambda self: self.session.active and self.session.active.is_held)
    @rule()
    def debounce_elapses(self) -> None:
        assert self.session.active
        self.happens(DebounceElapsed(self.session.active.token))

    @precondition(lambda self: self.session.issued > 0)
    @rule(data=st.data(), timer=st.sampled_from((DeadlinePassed, GraceElapsed, DebounceElapsed)))
    def timer_fires_late(self, data: st.DataObject, timer: Timer) -> None:
        token = Token(data.draw(st.integers(1, self.session.issued)))
        request = self.session.find(token)
        if request is None or request.ending:
            before = self.session
            self.happens(timer(token))
            assert self.session == before

    @precondition(lambda self: self.session.issued > 0)
    @rule(data=st.data(), key=st.sampled_from((A, B, C)))
    def answer_of_a_forgotten_request_comes(self, data: st.DataObject, key: OracleKey) -> None:
        token = Token(data.draw(st.integers(1, self.session.issued)))
        if self.session.find(token) is None:
            before = self.session
            self.happens(OracleFinished(token, key, loaded(COURSE, key)))
            assert self.session == before

    # ---- what cannot be

    @rule(key=st.sampled_from((A, B, C)))
    def an_answer_nobody_asked_for(self, key: OracleKey) -> None:
        self.is_refused(OracleFinished(Token(self.session.issued + 1), key, loaded(COURSE, key)))
        self.is_refused(OracleFinished(Token(0), key, loaded(COURSE, key)))
        for request in self.session:
            if key not in request.loading:
                self.is_refused(OracleFinished(request.token, key, loaded(request.scope, key)))
            else:
                elsewhere = UNIT_2 if request.scope == UNIT_1 else UNIT_1
                self.is_refused(OracleFinished(request.token, key, loaded(elsewhere, key)))

    @precondition(lambda self: self.session.queued)
    @rule(timer=st.sampled_from((DeadlinePassed, GraceElapsed, DebounceElapsed)))
    def a_timer_that_was_never_armed(self, timer: Timer) -> None:
        assert self.session.queued
        self.is_refused(timer(self.session.queued.token))

    @precondition(lambda self: self.session.is_closed)
    @rule(scope=SCOPES)
    def anything_asked_after_the_close(self, scope: Scope) -> None:
        self.is_refused(ScopeSelected(scope, PROFILE))
        self.is_refused(RetryAsked(scope, frozenset({A})))
        self.is_refused(MoreAsked(scope, frozenset({C})))
        self.is_refused(DataChanged())
        self.is_refused(SessionClosed())

    @rule()
    def a_tile_parameter_changes(self) -> None:
        """R19: it is no event here, so it cannot make a request or run an oracle."""
        self.is_refused("threshold=80")  # type: ignore[arg-type]

    # ---- at any time

    @invariant()
    def the_instructor_is_served_next(self) -> None:
        """R11: whatever has happened, the session takes a new choice at once."""
        if not self.session.is_closed:
            done = step(self.session, ScopeSelected(UNIT_3, PROFILE))
            assert done.session.latest
            assert done.session.latest.scope == UNIT_3

    @invariant()
    def work_that_can_still_report_is_known(self) -> None:
        assert all(request.token <= self.session.issued for request in owners(self.session))

    # ---- choosing

    @staticmethod
    def one_of(data: st.DataObject, requests: list[Request]) -> Request:
        return requests[data.draw(st.integers(0, len(requests) - 1))]

    def a_load(self, data: st.DataObject) -> tuple[Request, OracleKey]:
        request = self.one_of(data, [r for r in self.session if r.loading])
        return request, data.draw(st.sampled_from(sorted(request.loading)))


def machine(*, runs: int) -> type[TestCase]:
    """The test case of these histories, run this often."""
    case: type[TestCase] = type(f"Histories{runs}", (Histories,), {}).TestCase  # type: ignore[attr-defined]
    case.settings = settings(  # type: ignore[attr-defined]
        max_examples=runs,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    return case


@pytest.mark.proves("R1", "R2", "R3", "R8", "R11", "R14", "R15", "R16", "R19", "FR-001", "FR-002", "FR-003", "FR-009")
class TestRandomHistories(machine(runs=300)):  # type: ignore[misc]
    """The long form is `tests/faults/test_coordinator_long.py`."""

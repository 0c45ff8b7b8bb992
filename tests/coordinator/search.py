"""Every history up to a depth: 3 scopes, 2 oracles, every answer of the cache and the oracles, every timer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from coordinator.events import (
    CacheConsulted,
    DataChanged,
    DeadlinePassed,
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
from oracles.contract import FailureReason
from tests.coordinator.invariants import check
from tests.coordinator.words import COURSE, PROFILE, UNIT_1, UNIT_2, A, C
from tests.fakes import failed, loaded

SELECTIONS = tuple(ScopeSelected(scope, PROFILE) for scope in (COURSE, UNIT_1, UNIT_2))


def search(depth: int) -> tuple[int, int]:
    """How many different states there are within `depth` events, and how many steps were checked on the way."""
    frontier = {new_session()}
    seen = set(frontier)
    steps = 0
    for _ in range(depth):
        reached: set[Session] = set()
        for session in frontier:
            for event in possible(session):
                done = step(session, event)
                check(session, event, done)
                reached.add(done.session)
                steps += 1
        frontier = reached - seen
        seen |= frontier
    return len(seen), steps


def possible(session: Session) -> Iterator[Event]:
    """Everything that can happen next."""
    if not session.is_closed:
        yield from SELECTIONS
        yield DataChanged()
        yield SessionClosed()
        if session.latest:
            yield RetryAsked(session.latest.scope, frozenset({A}))
            yield MoreAsked(session.latest.scope, frozenset({C}))
    if session.active:
        yield DeadlinePassed(session.active.token)
        if session.active.has_grace:
            yield GraceElapsed(session.active.token)
    for request in session:
        yield from _reports(request)


def _reports(request: Request) -> Iterator[Event]:
    if request.looking:
        yield CacheConsulted(request.token, request.looking, None)
        for hits in _subsets(sorted(request.looking)):
            found = tuple(loaded(request.scope, key) for key in hits)
            yield CacheConsulted(request.token, request.looking, found)
    for key in sorted(request.loading):
        yield OracleFinished(request.token, key, loaded(request.scope, key))
        yield OracleFinished(request.token, key, failed(request.scope, key, FailureReason.TIMEOUT))


def _subsets[T](items: list[T]) -> Iterator[tuple[T, ...]]:
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))

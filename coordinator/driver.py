"""Performs what a session orders: the only owner of its tasks and timers.

`feed` is synchronous and returns at once. Whatever a port does wrong becomes a value; it never ends the session.
When `close` has returned, nothing that was started here runs any more.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

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
from coordinator.cache_calls import CacheCalls
from coordinator.contract import Cause, InvalidTransition, Limits, Token
from coordinator.draft import Step
from coordinator.events import (
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
from coordinator.loads import Loads
from coordinator.painter import Painter
from coordinator.ports import Ports, Screen, Timer
from coordinator.session import new_session, step
from coordinator.state import Session
from coordinator.telemetry import record


class Driver:
    """One open dashboard at work."""

    def __init__(self, ports: Ports, screen: Screen, limits: Limits | None = None) -> None:
        self._session = new_session(limits)
        self._ports = ports
        self._inbox: deque[Event] = deque()
        self._is_busy = False
        self._is_closed = False
        self._timers: dict[tuple[type, Token], Timer] = {}
        self._waiters: set[asyncio.Future[None]] = set()
        self._cache = CacheCalls(ports, self._session.limits, self._report, self._wake)
        self._loads = Loads(ports, self._session.limits, self._report, self._wake)
        self._painter = Painter(ports, screen, self._is_stale, self._wake)
        self._perform: Mapping[type, Callable[..., None]] = {
            ConsultCache: self._cache.consult,
            StoreResult: self._cache.store,
            LoadOracle: self._loads.start,
            CancelLoads: self._loads.cancel,
            ArmDeadline: self._arm_deadline,
            DisarmDeadline: self._disarm_deadline,
            ArmGrace: self._arm_grace,
            ArmDebounce: self._arm_debounce,
            **dict.fromkeys((ShowLoading, ShowResult, ShowFailure, ShowTimeout, ShowCompletion), self._painter.put),
        }

    @property
    def session(self) -> Session:
        """What is known now; frozen."""
        return self._session

    def feed(self, event: ScopeSelected | RetryAsked | MoreAsked | DataChanged) -> None:
        """The event has happened and its work has begun. Raises `InvalidTransition`; then nothing has changed."""
        stamped = replace(event, at=self._ports.clock.now())
        if self._is_busy:
            self._inbox.append(stamped)
            return
        self._is_busy = True
        try:
            self._apply(stamped)
        finally:
            self._is_busy = False
            self._drain()

    async def finished(self, token: Token) -> None:
        """The request has ended, its optional answers are in, and what it had to show has been painted."""
        await self._until(lambda: self._session.is_over(token) and self._painter.is_idle)

    async def settled(self) -> None:
        """Nothing is under way any more: no request, load, look-up, store or paint."""
        await self._until(
            lambda: self._session.is_quiet and self._painter.is_idle and not self._loads and not self._cache
        )

    async def close(self) -> None:
        """Everything that was started here has ended."""
        if not self._is_closed:
            self._inbox.append(SessionClosed(self._ports.clock.now()))
            self._drain()
            self._is_closed = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for part in (self._painter, self._loads, self._cache):
            await part.close()  # in this very task: a screen that closes its own driver must not wait for itself
        self._wake()

    # ---- events -------------------------------------------------------------------------------------------------

    def _report(self, event: Event) -> None:
        """From our own tasks and timers; it may come while another event is being applied."""
        if not self._is_closed:
            self._inbox.append(event)
            self._drain()

    def _drain(self) -> None:
        """Apply what has happened, one event after the other."""
        if self._is_busy:
            return
        self._is_busy = True
        try:
            while self._inbox:
                self._apply_reported(self._inbox.popleft())
        finally:
            self._is_busy = False
        self._wake()

    def _apply_reported(self, event: Event) -> None:
        try:
            self._apply(event)
        except InvalidTransition as refused:
            self._ports.meter.count("scope_invalid_transition", code=refused.code)

    def _apply(self, event: Event) -> None:
        now = self._ports.clock.now
        started_at = now()
        after = step(self._session, event)
        self._ports.meter.observe("scope_transition_seconds", now() - started_at)
        self._session = after.session
        for action in after.actions:
            self._perform[type(action)](action)
        self._painter.paint_within(_patience(self._session.limits, event, after))
        record(self._ports.meter, event, after)

    # ---- timers -------------------------------------------------------------------------------------------------

    def _arm_deadline(self, order: ArmDeadline) -> None:
        self._arm(DeadlinePassed, order.token, order.seconds)

    def _arm_grace(self, order: ArmGrace) -> None:
        self._arm(GraceElapsed, order.token, order.seconds)

    def _arm_debounce(self, order: ArmDebounce) -> None:
        self._arm(DebounceElapsed, order.token, order.seconds)

    def _arm(self, fact: type[DeadlinePassed | GraceElapsed | DebounceElapsed], token: Token, seconds: float) -> None:
        def fire() -> None:
            self._timers.pop((fact, token), None)
            self._report(fact(token, self._ports.clock.now()))

        self._timers[fact, token] = self._ports.clock.call_later(seconds, fire)

    def _disarm_deadline(self, order: DisarmDeadline) -> None:
        """The request has ended: none of its timers matters any more."""
        for fact in (DeadlinePassed, GraceElapsed, DebounceElapsed):
            if timer := self._timers.pop((fact, order.token), None):
                timer.cancel()

    # ---- waiting ------------------------------------------------------------------------------------------------

    def _is_stale(self, token: Token) -> bool:
        return self._session.is_stale(token)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds() and not self._is_closed:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.add(waiter)
            await waiter

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


def _patience(limits: Limits, event: Event, after: Step) -> float:
    """How long its updates may wait for company: a frame that will be overtaken in a moment need not leave."""
    if any(isinstance(action, ShowCompletion) for action in after.actions):
        return 0.0
    if _is_only_refreshing(after.session):
        return limits.refresh_hold
    if isinstance(event, ScopeSelected | RetryAsked | MoreAsked | DataChanged):
        return limits.hold
    return limits.gather if isinstance(event, OracleFinished) else 0.0


def _is_only_refreshing(session: Session) -> bool:
    return bool(session.live) and all(request.cause is Cause.DATA_CHANGED for request in session.live)

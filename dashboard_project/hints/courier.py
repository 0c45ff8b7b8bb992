"""Carries hints to other processes from an event loop of its own: a writer waits for nobody.

One connection to the layer, not one for each hint. What waits is a set: a section that moves again before its hint has
gone is told of once. A hint that does not get through is lost, which harms nobody (`ingest.hints`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Lock

import structlog

from dashboard_project.hints.wire import Layer, group_of, to_message
from ingest.hints import Hint
from ingest.loop_thread import LoopThread
from oracles.cache.breaker import Breaker

MOST_WAITING = 1_024
"""Sections. More are not told of: their dashboards look by themselves."""
CALL_SECONDS = 0.25
CLOSE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Courier:
    """Any thread may give it a hint. Its own thread begins with the first."""

    def __init__(self, layer: Layer, now: Callable[[], float], most_waiting: int = MOST_WAITING) -> None:
        self._layer = layer
        self._breaker = Breaker(now)
        self._is_failing = False
        self._most_waiting = most_waiting
        self._lock = Lock()
        self._waiting: dict[Hint, None] = {}
        self._thread: LoopThread | None = None
        self._round: Future[None] | None = None
        """Carries all that wait; `None` when none does."""

    def carry(self, hint: Hint) -> None:
        with self._lock:
            if len(self._waiting) >= self._most_waiting:
                return
            self._waiting[hint] = None
            if self._round is None:
                self._thread = self._thread or LoopThread("hints")
                self._round = self._thread.start(self._carry_all())

    def close(self) -> None:
        """What waits has gone, if that did not take long; no thread is left. It may be used again."""
        with self._lock:
            last, thread = self._round, self._thread
        if last is not None:
            wait([last], CLOSE_SECONDS)
        with self._lock:
            self._thread, self._round = None, None
            self._waiting.clear()
        if thread is not None:
            thread.close()

    async def _carry_all(self) -> None:
        while (hint := self._next()) is not None:
            if self._breaker.may_call():
                await self._send(hint)

    def _next(self) -> Hint | None:
        with self._lock:
            if not self._waiting:
                self._round = None
                return None
            hint = next(iter(self._waiting))
            del self._waiting[hint]
            return hint

    async def _send(self, hint: Hint) -> None:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await self._layer.group_send(group_of(hint), to_message(hint))
        except Exception as error:  # noqa: BLE001  whatever is wrong with the layer, the next hint is tried
            # The first failure of a row says it all.
            if not self._is_failing:
                log.warning("hint_not_published", error=type(error).__name__)
            self._is_failing = True
            self._breaker.failed()
        else:
            self._is_failing = False
            self._breaker.succeeded()

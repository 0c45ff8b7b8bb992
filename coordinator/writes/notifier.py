"""Tells callers' callbacks, one after another, outside every lock and queue, each for a limited time.

A callback may submit, raise, hang or stop the coordinator; it delays only the other callbacks. While there is nothing
to tell there is no task.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

from coordinator.writes.journal import Journal
from coordinator.writes.ports import Clock, Meter
from coordinator.writes.waiting import ends_within, limited

type Call = Callable[[], Awaitable[None] | None]

_is_inside: ContextVar[bool] = ContextVar("inside_a_callback", default=False)


def is_inside_a_callback() -> bool:
    """Whether this runs on behalf of a callback: waiting for all callbacks would wait for itself."""
    return _is_inside.get()


class Notifier:
    """A line of calls to make."""

    def __init__(self, clock: Clock, meter: Meter, journal: Journal, *, seconds: float, bound: int) -> None:
        self._clock = clock
        self._meter = meter
        self._journal = journal
        self._seconds = seconds
        self._bound = bound
        self._calls: deque[tuple[str, Call]] = deque()
        self._task: asyncio.Task[None] | None = None

    def post(self, name: str, call: Call) -> None:
        """Will be called soon; if too much waits already it is only counted."""
        if len(self._calls) >= self._bound:
            self._meter.count("coordinator_callbacks_skipped", callback=name)
            return
        self._calls.append((name, call))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="notifier")

    async def close(self, seconds: float) -> None:
        """What waits has been told, or `seconds` have passed."""
        task = self._task
        if task is None:
            return
        if not task.done():
            await ends_within(self._clock, seconds, task)
        task.cancel()

    async def _run(self) -> None:
        _is_inside.set(True)
        while self._calls:
            name, call = self._calls.popleft()
            try:
                await self._tell(call)
            except Exception as error:  # noqa: BLE001 (a caller's fault is counted and harms nobody else)
                self._meter.count("coordinator_callback_errors", callback=name, error=type(error).__name__)
                self._journal.note("callback_failed", callback=name, error=type(error).__name__)

    async def _tell(self, call: Call) -> None:
        awaitable = call()
        if awaitable is not None:
            await limited(self._clock, self._seconds, awaitable)


class Bell:
    """Two alternating calls. Rung faster than they can be told, opposite ones cancel out: what is told alternates."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._pending: deque[Call | None] = deque()

    def ring(self, call: Call | None) -> None:
        if len(self._pending) > 1:
            self._pending.pop()
            return
        self._pending.append(call)
        self._notifier.post("backpressure", self._tell_next)

    def _tell_next(self) -> Awaitable[None] | None:
        call = self._pending.popleft() if self._pending else None
        return call() if call else None

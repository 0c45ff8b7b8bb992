"""The intake on the write coordinator: requests of all loops meet in one queue, and share batches.

The coordinator runs on a loop of its own, so an answer that nobody waits for any more is written all the same. An
answer waits for its events' ends, at most `ANSWER_SECONDS`: then it is 503, and whether they are stored is for the next
try to find out (the same ids again change nothing).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager

from coordinator.writes.contract import (
    CoordinatorClosed,
    CoordinatorUnhealthy,
    Ending,
    QueueFullError,
    SinkUnavailable,
)
from coordinator.writes.health import CoordinatorHealth
from coordinator.writes.pressure import Pressure
from coordinator.writes.write_coordinator import WriteCoordinator
from ingest.loop_thread import LoopThread
from ingest.pipeline import Draining, Full, IntakeError, Unavailable
from ingest.placing import Placed
from oracles.contract import TenantId

ANSWER_SECONDS = 15.0
SHORTEST_PAUSE = 1.0
DRAINING_PAUSE = 5.0

type Make = Callable[[], AbstractAsyncContextManager[WriteCoordinator[Placed]]]
"""Entered on the loop of the intake's own: the coordinator runs; left when the intake closes: it has drained."""


class CoordinatedIntake:
    """Made and used from any thread; `close` writes what was taken."""

    def __init__(
        self, make: Make, is_draining: Callable[[], bool] = lambda: False, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._is_draining = is_draining
        self._answer_seconds = answer_seconds
        self._thread = LoopThread("writing")
        self._closing = asyncio.Event()
        self._running: Future[WriteCoordinator[Placed]] = Future()
        self._life = self._thread.start(self._live(make))
        self._coordinator = self._running.result()

    def refusal(self) -> IntakeError | None:
        if self._is_draining():
            return Draining("this server is about to stop: send again, another one will take it", DRAINING_PAUSE)
        if self._coordinator.pressure is not Pressure.CALM:
            return Full("more events come than can be written", SHORTEST_PAUSE)
        return None

    async def submit(self, tenant_id: TenantId, events: Sequence[Placed]) -> list[Ending]:
        if any(event.tenant_id != tenant_id for event in events):
            raise ValueError(f"expected events of tenant {tenant_id} only")
        refusal = self.refusal()
        if refusal is not None:
            raise refusal
        taking = asyncio.wrap_future(self._thread.start(self._take(tuple(events))))
        try:
            return await asyncio.wait_for(taking, self._answer_seconds)
        except TimeoutError as error:
            raise Unavailable("not stored yet: ask again later", SHORTEST_PAUSE) from error

    def health(self) -> CoordinatorHealth:
        """As the coordinator says. Not from its own loop."""
        return self._thread.start(self._health()).result()

    def close(self) -> None:
        """What was taken is written, or kept as dead letters when that takes too long."""
        self._thread.call(self._closing.set)
        self._life.result()
        self._thread.close()

    async def _live(self, make: Make) -> None:
        try:
            async with make() as coordinator:
                self._running.set_result(coordinator)
                await self._closing.wait()
        except BaseException as error:
            if not self._running.done():
                self._running.set_exception(error)
            raise

    async def _take(self, events: tuple[Placed, ...]) -> list[Ending]:
        """On the coordinator's loop: looking at its health and submitting are one step there."""
        health = self._coordinator.health()
        if health.pressure is not Pressure.CALM:
            raise Full("more events come than can be written", health.retry_after)
        if health.probes_in:
            raise Unavailable("the database cannot be reached now", max(SHORTEST_PAUSE, health.probes_in))
        try:
            return await self._coordinator.submit_and_wait(events)
        except QueueFullError as error:
            raise Full("there is no room for so many events of one institution now", SHORTEST_PAUSE) from error
        except SinkUnavailable as error:
            raise Unavailable("the queue cannot be reached now", SHORTEST_PAUSE) from error
        except CoordinatorUnhealthy as error:
            raise Unavailable("events cannot be written now", DRAINING_PAUSE) from error
        except CoordinatorClosed as error:
            raise Draining("this server is about to stop: send again", DRAINING_PAUSE) from error

    async def _health(self) -> CoordinatorHealth:
        return self._coordinator.health()

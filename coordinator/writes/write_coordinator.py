"""The write coordinator: records go in from many sides, batches go to one sink, and nothing accepted vanishes.

    async with WriteCoordinator[Record](sink=sink) as coordinator:
        receipt = await coordinator.submit(record)
        ending = await receipt

At least once, into a sink that knows records again. Every accepted record has exactly one end (`contract.End`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import Literal, Self
from weakref import WeakSet

from coordinator.writes.assembly import Assembly, Essentials, assemble
from coordinator.writes.contract import AsyncSink, CoordinatorClosed, CoordinatorUnhealthy, Ending, Lane, Sink
from coordinator.writes.health import CoordinatorHealth, DrainReport, State
from coordinator.writes.limits import Overflow
from coordinator.writes.notifier import is_inside_a_callback
from coordinator.writes.options import BackpressureCallback, Options
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.pressure import Pressure
from coordinator.writes.receipts import Receipt
from coordinator.writes.shutdown import Shutdown
from coordinator.writes.waiting import limited
from coordinator.writes.watch import Listener

LONGEST_DRAIN = 30.0
"""Seconds that `stop` takes unless told otherwise."""

_all: WeakSet[WriteCoordinator[object]] = WeakSet()


class WriteCoordinator[T]:
    """new → running → draining → stopped. One event loop; other threads use `submit_from_thread`.

    Raises:
        ValueError: a limit makes no sense.

    """

    def __init__(
        self,
        sink: Sink[T] | AsyncSink[T],
        *,
        capacity: int = 10_000,
        workers: int = 4,
        batch_size: int = 500,
        flush_interval: float = 0.25,
        high_watermark: int | None = None,
        low_watermark: int | None = None,
        overflow_strategy: Overflow | Literal["block", "drop_oldest", "drop_newest", "error"] = "block",
        on_backpressure_high: BackpressureCallback | None = None,
        on_backpressure_low: BackpressureCallback | None = None,
        drop_callback: Callable[[T], Awaitable[None] | None] | None = None,
        retry_policy: RetryPolicy | None = None,
        options: Options[T] | None = None,
    ) -> None:
        options = options or Options()
        self._essentials = Essentials(
            sink=sink,
            limits=options.limits(capacity, batch_size, flush_interval, Overflow(overflow_strategy), workers),
            workers=workers,
            high=high_watermark,
            low=low_watermark,
            on_high=on_backpressure_high,
            on_low=on_backpressure_low,
            on_drop=drop_callback,
            retry=retry_policy or RetryPolicy(),
            options=options,
        )
        self._options = options
        self._begin()
        _all.add(self)

    def _begin(self) -> None:
        """As new. Runs in a forked child too: what the parent has accepted stays the parent's."""
        self._state = State.NEW
        self._loop: asyncio.AbstractEventLoop | None = None
        self._parts: Assembly[T] = assemble(self._essentials, self._check_open)
        self._shutdown: Shutdown[T] | None = None
        self._stopping: asyncio.Task[DrainReport[T]] | None = None
        self._closing: asyncio.Task[None] | None = None

    # ---- life

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Workers run and records may be submitted."""
        if self._state is not State.NEW:
            raise CoordinatorClosed(f"expected a new coordinator, this one is {self._state}")
        self._loop = asyncio.get_running_loop()
        self._state = State.RUNNING
        self._parts.supervisor.start()

    async def stop(self, *, drain: bool = True, timeout: float = LONGEST_DRAIN) -> DrainReport[T]:
        """Everything accepted has ended. Returns within `timeout` seconds; all callers get the same report.

        Without `drain` nothing more is written: what is left is kept as dead letters at once. A second call without
        `drain` ends the draining of the first.
        """
        if self._stopping is None:
            self._stopping = asyncio.get_running_loop().create_task(self._stop(timeout), name="stopping")
        if not drain:
            await asyncio.sleep(0)
            if self._shutdown:
                self._shutdown.hurry()
        report = await asyncio.shield(self._stopping)
        if self._closing and not is_inside_a_callback():
            await asyncio.shield(self._closing)
        return report

    async def _stop(self, timeout: float) -> DrainReport[T]:
        clock, parts = self._options.clock, self._parts
        began = clock.now()
        if self._state is State.RUNNING:
            self._state = State.DRAINING
            self._shutdown = Shutdown(parts.shop, parts.supervisor)
            await self._shutdown.run(timeout)
        self._state = State.STOPPED
        seconds = clock.now() - began
        left = max(timeout - seconds, 0.0)
        self._closing = asyncio.get_running_loop().create_task(parts.notifier.close(left), name="last callbacks")
        parts.threads.close()
        was_cut_short, spilled = False, 0
        if self._shutdown:
            was_cut_short, spilled = self._shutdown.was_cut_short, self._shutdown.spilled
        return DrainReport(parts.balance(), seconds, was_cut_short, spilled, tuple(parts.shop.resorts.lost))

    # ---- submitting

    async def submit(self, record: T, *, lane: Lane = Lane.LIVE, timeout: float | None = None) -> Receipt:
        """The record is accepted; await the receipt for its end.

        Where there is no room, `block` waits (at most `timeout` seconds). The record must not change any more.

        Raises:
            QueueFullError: no room (`SubmitTimeout`: not in time; `RecordTooLarge`: never).
            CoordinatorClosed: not running (`CoordinatorUnhealthy`: its workers die).
            RecordRejected: `validate` says that no store would take it.

        """
        return (await self._parts.intake.put((record,), lane, timeout))[0]

    async def submit_many(
        self, records: Iterable[T], *, lane: Lane = Lane.LIVE, timeout: float | None = None
    ) -> tuple[Receipt, ...]:
        """All are accepted, in order. Raises as `submit` does; the error's `accepted` says how many were."""
        return await self._parts.intake.put(tuple(records), lane, timeout)

    async def submit_and_wait(
        self, records: Iterable[T], *, lane: Lane = Lane.LIVE, timeout: float | None = None
    ) -> list[Ending]:
        """All have ended; one ending each, in order. Cancelled, it waits no more; what was accepted is written."""
        return [await receipt for receipt in await self.submit_many(records, lane=lane, timeout=timeout)]

    def submit_from_thread(
        self, records: Iterable[T], *, lane: Lane = Lane.LIVE, timeout: float | None = None
    ) -> Future[list[Ending]]:
        """`submit_and_wait` for other threads."""
        if self._loop is None or self._loop.is_closed():
            raise CoordinatorClosed("the coordinator's loop is not running")
        waiting = self.submit_and_wait(tuple(records), lane=lane, timeout=timeout)
        return asyncio.run_coroutine_threadsafe(waiting, self._loop)

    async def flush(self, *, timeout: float | None = None) -> None:
        """Everything accepted before has ended. Raises `TimeoutError`; the writing goes on."""
        flushing = self._parts.shop.queue.flush()
        await (flushing if timeout is None else limited(self._options.clock, timeout, flushing))

    # ---- looking

    @property
    def state(self) -> State:
        return self._state

    @property
    def pressure(self) -> Pressure:
        return self._parts.watch.pressure

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """The listener hears of every change of pressure; call the answer to end that."""
        return self._parts.watch.subscribe(listener)

    def health(self) -> CoordinatorHealth:
        return self._parts.health(self._state)

    def _check_open(self) -> None:
        if self._state is not State.RUNNING:
            raise CoordinatorClosed(f"expected a running coordinator, this one is {self._state}")
        if asyncio.get_running_loop() is not self._loop:
            raise RuntimeError("this coordinator runs on another event loop: use submit_from_thread")
        if self._parts.supervisor.is_sick:
            raise CoordinatorUnhealthy("workers die again and again")


def _begin_again() -> None:
    for coordinator in list(_all):
        coordinator._begin()


os.register_at_fork(after_in_child=_begin_again)

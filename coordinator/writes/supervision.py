"""Keeps workers alive: as many as the queue needs, a new one for each that dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from coordinator.writes.ports import Timer
from coordinator.writes.staffing import Deaths, RestartPolicy, wanted_workers
from coordinator.writes.waiting import ends_within
from coordinator.writes.worker import SinkWorker
from coordinator.writes.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Staff:
    """How many workers, and for how much each."""

    fewest: int
    most: int
    batch_size: int


class Supervisor[R]:
    """The only owner of the workers' tasks: whoever starts them ends them."""

    def __init__(
        self,
        make: Callable[[], SinkWorker[R]],
        staff: Staff,
        restarts: RestartPolicy,
        shop: Workshop[R],
    ) -> None:
        self._make = make
        self._staff = staff
        self._deaths = Deaths(restarts)
        self._shop = shop
        self._clock = shop.clock
        self._workers: dict[asyncio.Task[None], SinkWorker[R]] = {}
        self._restarts: dict[int, Timer] = {}
        """By the number of the death."""
        self._held = 0
        self._is_dismissed = False
        self._all_gone: asyncio.Future[None] | None = None

    @property
    def alive(self) -> int:
        return len(self._workers)

    @property
    def deaths(self) -> int:
        return self._deaths.total

    @property
    def is_sick(self) -> bool:
        """Workers die again and again."""
        return self._deaths.is_sick(self._clock.now())

    @property
    def in_hand(self) -> int:
        return sum(worker.in_hand for worker in self._workers.values())

    def start(self) -> None:
        for _ in range(self._staff.fewest):
            self._hire()

    def scale(self, held: int) -> None:
        """So many records wait or are written: more workers come at once, superfluous ones go after their batch."""
        self._held = held
        if not self._is_dismissed and self.alive:
            for _ in range(self._wanted - self.alive - len(self._restarts)):
                self._hire()

    async def all_gone(self) -> None:
        """No worker is left, and none will come."""
        if self._workers or self._restarts:
            self._all_gone = asyncio.get_running_loop().create_future()
            await self._all_gone

    async def dismiss(self, seconds: float) -> None:
        """Workers are told to stop, and what they held is back in the queue; takes `seconds` at the most."""
        self._is_dismissed = True
        for timer in self._restarts.values():
            timer.cancel()
        self._restarts.clear()
        for task in self._workers:
            task.cancel()
        await self._in_time(seconds / 2, *self._workers)
        await self._in_time(seconds / 2, *(deaf.hand_back() for deaf in self._workers.values()))

    async def _in_time(self, seconds: float, *work: Awaitable[None]) -> None:
        """All of it has ended or been told to; what it raises is no reason not to end the rest."""
        if work:
            ending = asyncio.gather(*work, return_exceptions=True)
            await ends_within(self._clock, seconds, ending)
            ending.cancel()

    @property
    def _wanted(self) -> int:
        return wanted_workers(self._held, self._staff.batch_size, self._staff.fewest, self._staff.most)

    def _may_stay(self) -> bool:
        return self.alive <= self._wanted

    def _hire(self) -> None:
        worker = self._make()
        task = asyncio.get_running_loop().create_task(self._life(worker), name="sink worker")
        self._workers[task] = worker
        task.add_done_callback(self._ended)

    async def _life(self, worker: SinkWorker[R]) -> None:
        try:
            await worker.run(self._may_stay)
        finally:
            await worker.hand_back()

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._workers[task]
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None and not self._is_dismissed:
            self._replace(error)
        if self._all_gone and not self._all_gone.done() and not self._workers and not self._restarts:
            self._all_gone.set_result(None)

    def _replace(self, error: BaseException) -> None:
        """A worker has died: a new one begins after a while."""
        delay = self._deaths.record(self._clock.now())
        self._shop.meter.count("coordinator_worker_errors", error=type(error).__name__)
        self._shop.journal.note("worker_died", error=type(error).__name__, deaths=self.deaths)
        number = self.deaths
        self._restarts[number] = self._clock.call_later(delay, lambda: self._succeed(number))

    def _succeed(self, number: int) -> None:
        del self._restarts[number]
        self._hire()

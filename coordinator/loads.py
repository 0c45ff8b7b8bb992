"""The oracle loads of one session: at most so many at once, each with its own time limit, each answered once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from coordinator.actions import CancelLoads, LoadOracle
from coordinator.contract import Limits, Token
from coordinator.events import OracleFinished
from coordinator.ports import Ports, Timer
from coordinator.tasks import Tasks
from coordinator.telemetry import record_crash, record_wrong_answer
from oracles.contract import Failed, FailureReason, OracleKey, OracleResult

Place = tuple[Token, OracleKey]


class Load:
    """One order while it runs."""

    __slots__ = ("is_overdue", "order", "task", "timer")

    def __init__(self, order: LoadOracle) -> None:
        self.order = order
        self.is_overdue = False
        self.task: asyncio.Task[None] | None = None
        self.timer: Timer | None = None

    def stop(self) -> None:
        if self.task:
            self.task.cancel()

    def expire(self) -> None:
        self.is_overdue = True
        self.stop()

    @property
    def stopped_for(self) -> FailureReason:
        return FailureReason.TIMEOUT if self.is_overdue else FailureReason.CANCELLED


class Loads:
    """What is cancelled still counts until it has wound down: the database may not have let go of it yet."""

    def __init__(
        self, ports: Ports, limits: Limits, report: Callable[[OracleFinished], None], on_end: Callable[[], None]
    ) -> None:
        self._ports = ports
        self._limits = limits
        self._report = report
        self._tasks = Tasks(on_end)
        self._running: dict[Place, Load] = {}
        self._waiting: dict[Place, LoadOracle] = {}

    def __len__(self) -> int:
        return len(self._running) + len(self._waiting)

    def start(self, order: LoadOracle) -> None:
        if len(self._running) < self._limits.loads:
            self._run(order)
        else:
            self._waiting[order.token, order.key] = order

    def cancel(self, order: CancelLoads) -> None:
        for key in sorted(order.keys):
            place = (order.token, key)
            if waiting := self._waiting.pop(place, None):
                self._answer(waiting, self._failed(waiting, FailureReason.CANCELLED))
            elif load := self._running.get(place):
                load.stop()

    async def close(self) -> None:
        self._waiting.clear()
        for load in self._running.values():
            if load.timer:
                load.timer.cancel()
        await self._tasks.close()

    def _run(self, order: LoadOracle) -> None:
        load = Load(order)
        self._running[order.token, order.key] = load
        load.timer = self._ports.clock.call_later(order.seconds, load.expire)
        load.task = self._tasks.start(self._perform(load))

    async def _perform(self, load: Load) -> None:
        started_at = self._ports.clock.now()
        result = await self._ask(load)
        if isinstance(result, Failed) and not result.finished_at:
            result = replace(result, started_at=started_at, finished_at=self._ports.clock.now())
        if load.timer:
            load.timer.cancel()
        self._running.pop((load.order.token, load.order.key), None)
        self._answer(load.order, result)
        self._start_next()

    async def _ask(self, load: Load) -> OracleResult:
        """An answer for exactly what was ordered; whatever goes wrong in the port is a value from here on."""
        order = load.order
        try:
            result = await self._ports.runner.run(order.scope, order.key)
        except asyncio.CancelledError:
            return self._failed(order, load.stopped_for)
        except Exception as error:  # noqa: BLE001 a port must not end the session
            record_crash(self._ports.meter, "runner", error)
            return self._failed(order, FailureReason.ORACLE_ERROR)
        if (result.scope, result.key) != (order.scope, order.key):
            record_wrong_answer(self._ports.meter, "runner")
            return self._failed(order, FailureReason.ORACLE_ERROR)
        if isinstance(result, Failed) and result.reason is FailureReason.CANCELLED:
            return replace(result, reason=load.stopped_for)
        return result

    def _start_next(self) -> None:
        if self._waiting:
            place = next(iter(self._waiting))
            self._run(self._waiting.pop(place))

    def _answer(self, order: LoadOracle, result: OracleResult) -> None:
        self._report(OracleFinished(order.token, order.key, result, self._ports.clock.now()))

    @staticmethod
    def _failed(order: LoadOracle, reason: FailureReason) -> Failed:
        return Failed(order.scope, order.key, reason)

"""The look-ups and stores of one session. The cache helps; nothing fails because it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from coordinator.actions import ConsultCache, StoreResult
from coordinator.contract import Limits
from coordinator.events import CacheConsulted
from coordinator.ports import Ports
from coordinator.tasks import Tasks
from coordinator.telemetry import record_crash
from oracles.contract import Loaded


class CacheCalls:
    """At most so many at once: past that a look-up finds nothing and a result is not kept."""

    def __init__(
        self, ports: Ports, limits: Limits, report: Callable[[CacheConsulted], None], on_end: Callable[[], None]
    ) -> None:
        self._ports = ports
        self._limit = limits.cache_calls
        self._report = report
        self._tasks = Tasks(on_end)
        self._stores: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def consult(self, order: ConsultCache) -> None:
        if len(self) < self._limit:
            self._tasks.start(self._consult(order))
        else:
            self._answer(order, None)

    def store(self, order: StoreResult) -> None:
        if len(self) >= self._limit:
            self._ports.meter.count("coordinator_store_dropped")
            return
        task = self._tasks.start(self._store(order))
        if not task.done():
            self._stores.add(task)
            task.add_done_callback(self._stores.discard)

    async def close(self) -> None:
        await self._tasks.close()

    async def _consult(self, order: ConsultCache) -> None:
        if self._stores:
            await asyncio.wait(self._stores)  # a look-up sees every store that was ordered before it
        try:
            found = await self._ports.cache.consult(order.scope, order.keys)
        except Exception as error:  # noqa: BLE001 a port must not end the session
            record_crash(self._ports.meter, "cache", error)
            self._answer(order, None)
            return
        self._answer(order, tuple(found[key] for key in sorted(found) if _is_asked(order, found[key])))

    async def _store(self, order: StoreResult) -> None:
        try:
            await self._ports.cache.store(order.result)
        except Exception as error:  # noqa: BLE001 a port must not end the session
            record_crash(self._ports.meter, "cache", error)

    def _answer(self, order: ConsultCache, hits: tuple[Loaded, ...] | None) -> None:
        self._report(CacheConsulted(order.token, order.keys, hits, self._ports.clock.now()))


def _is_asked(order: ConsultCache, hit: Loaded) -> bool:
    """An entry that is not what was asked for is no hit."""
    return hit.scope == order.scope and hit.key in order.keys

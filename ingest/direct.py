"""An intake without a queue: what is submitted is written at once, by threads of our own, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from coordinator.writes.contract import Ending, SinkUnavailable
from ingest.pipeline import Draining, Full, IntakeError, PlacedSink, Unavailable, endings
from ingest.placing import Placed
from oracles.contract import TenantId
from oracles.runner.pool import DatabaseThreads

RETRY_SECONDS = 1.0
DRAINING_SECONDS = 5.0


@dataclass(slots=True)
class DirectIntake:
    """Holds at most `capacity` events at a time; more are refused, not kept."""

    threads: DatabaseThreads
    capacity: int = 10_000
    is_draining: Callable[[], bool] = lambda: False
    sink: PlacedSink = field(default_factory=PlacedSink)
    _held: int = field(default=0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def refusal(self) -> IntakeError | None:
        if self.is_draining():
            return Draining("this server is about to stop: send again, another one will take it", DRAINING_SECONDS)
        if self._held >= self.capacity:
            return Full(f"{self._held} events are being written already", RETRY_SECONDS)
        return None

    async def submit(self, tenant_id: TenantId, events: Sequence[Placed]) -> list[Ending]:
        if any(event.tenant_id != tenant_id for event in events):
            raise ValueError(f"expected events of tenant {tenant_id} only")
        refusal = self.refusal()
        if refusal is not None:
            raise refusal
        self._hold(len(events))
        writing = self.threads.submit(lambda: self.sink.write(events))
        # The work is done even when nobody waits for it any more: only its end gives the room back.
        writing.add_done_callback(lambda _: self._hold(-len(events)))
        try:
            return endings(await asyncio.wrap_future(writing))
        except SinkUnavailable as error:
            raise Unavailable("the database cannot be reached now", RETRY_SECONDS) from error

    def _hold(self, events: int) -> None:
        with self._lock:
            self._held += events

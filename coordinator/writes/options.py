"""What a coordinator can be told beyond the essentials."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from coordinator.writes.bisection import PoisonGuard
from coordinator.writes.breaker import BreakerPolicy
from coordinator.writes.journal import Journal
from coordinator.writes.limits import Overflow, QueueLimits
from coordinator.writes.loop_clock import LoopClock
from coordinator.writes.ports import Clock, DeadLetters, Meter, Queue, Trace
from coordinator.writes.staffing import RestartPolicy

type BackpressureCallback = Callable[[], Awaitable[None] | None]


class SilentMeter:
    """For whoever counts nothing."""

    def count(self, name: str, **labels: str) -> None:
        pass

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Options[T]:
    """Every one has a default that serves one tenant in one process."""

    tenant_of: Callable[[T], str] | None = None
    """Whose record it is; without it all records are of one tenant."""
    size_of: Callable[[T], int] = lambda _: 0
    """Bytes of a record."""
    validate: Callable[[T], None] = lambda _: None
    """Raises `RecordRejected` for what no store would take; such a record is not accepted."""
    capacity_bytes: int | None = None
    max_workers: int | None = None
    """More workers than `workers`, as long as that many batches wait."""
    tenant_share: float = 1.0
    """Part of the capacity that one tenant may hold."""
    tenant_batches: int | None = None
    """Batches of one tenant in flight at a time: one less than workers, so that a slow one stops nobody."""
    bulk_share: float = 0.5
    """Part of the capacity that the bulk lane may hold."""
    queue: Queue[T] | None = None
    """In place of the queue in memory; its limits are its own."""
    dead_letters: DeadLetters[T] | None = None
    fallback: DeadLetters[T] | None = None
    """Where dead letters go while `dead_letters` fails."""
    breaker: BreakerPolicy = BreakerPolicy()
    poison_guard: PoisonGuard = PoisonGuard()
    restarts: RestartPolicy = RestartPolicy()
    callback_seconds: float = 5.0
    """A callback that takes longer is cancelled and counted."""
    clock: Clock = LoopClock()
    today: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: Callable[[], float] = random.random
    meter: Meter = SilentMeter()
    journal: Journal | None = None
    trace: Trace[T] | None = None
    thread_end: Callable[[], None] | None = None
    """Runs in each of the sink's threads at its end: closes its connections."""

    def tenant(self, record: T) -> str:
        return "" if self.tenant_of is None else self.tenant_of(record)

    def limits(
        self, capacity: int, batch_size: int, flush_interval: float, overflow: Overflow, workers: int
    ) -> QueueLimits:
        """Of a queue in memory: one worker is always left for other tenants, and one for the live lane."""
        leaves_one = max(1, workers - 1)
        of_tenant = leaves_one if self.tenant_batches is None and self.tenant_of else self.tenant_batches
        return QueueLimits(
            capacity=capacity,
            capacity_bytes=self.capacity_bytes,
            batch_size=batch_size,
            flush_interval=flush_interval,
            overflow=overflow,
            tenant_share=self.tenant_share,
            tenant_batches=of_tenant,
            bulk_share=self.bulk_share,
            bulk_batches=leaves_one,
        )

"""What all deliveries of a coordinator share, and the one place where a record's end is entered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from coordinator.writes.bisection import PoisonGuard
from coordinator.writes.books import Books
from coordinator.writes.breaker import BreakerPolicy
from coordinator.writes.contract import Ending
from coordinator.writes.entries import Entry
from coordinator.writes.gate import Gate
from coordinator.writes.giving_up import LastResorts
from coordinator.writes.journal import Journal
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.ports import Clock, Meter, Queue
from coordinator.writes.sink_call import SinkCall


@dataclass(slots=True)
class Ledger:
    """Ends records: the books count it, and whoever waits for the record knows it."""

    books: Books = field(default_factory=Books)
    last_error: str = ""
    """Type of the sink's last error: no words, they may quote a record."""

    def end[R](self, entry: Entry[R], ending: Ending) -> None:
        self.books.ends[ending.end] += 1
        if entry.receipt is not None:
            entry.receipt.settle(ending)


@dataclass(frozen=True, slots=True)
class Policies:
    retry: RetryPolicy
    breaker: BreakerPolicy
    guard: PoisonGuard


@dataclass(frozen=True, slots=True)
class Workshop[R]:
    queue: Queue[R]
    sink: SinkCall[R]
    resorts: LastResorts[R]
    gate: Gate
    policies: Policies
    ledger: Ledger
    clock: Clock
    meter: Meter
    journal: Journal
    chance: Callable[[], float]
    today: Callable[[], datetime]
    """The wall clock: only for dates that people read."""

    async def put_back(self, entries: Sequence[Entry[R]], delay: float = 0.0) -> None:
        """These wait in the queue again."""
        if self.queue.is_durable:
            self.ledger.books.returned += len(entries)
        await self.queue.requeue(entries, delay)

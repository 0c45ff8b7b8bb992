"""What the coordinator needs from the outside: one Protocol per thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coordinator.writes.entries import Batch, Entry


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    def now(self) -> float:
        """Monotonic seconds."""
        ...

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class Meter(Protocol):
    """Where figures of single happenings go. Labels are bounded: no ids, no tenants."""

    def count(self, name: str, **labels: str) -> None: ...

    def observe(self, name: str, seconds: float, **labels: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Level:
    """How full a queue is."""

    queued: int
    in_flight: int
    """Taken and not acknowledged; they count against the capacity too."""
    capacity: int
    size: int = 0
    """Bytes of both."""
    oldest_at: float | None = None
    """When the oldest queued entry was accepted, in seconds of the coordinator's clock."""

    @property
    def held(self) -> int:
        return self.queued + self.in_flight


class Observer[R](Protocol):
    """Who wants to know what happens inside a queue. Called at once, may not block, may not call the queue."""

    def accepted(self, count: int) -> None:
        """So many more entries are in the queue for good; told before anything else that happens to them."""
        ...

    def level_changed(self, level: int) -> None:
        """So many entries are queued or in flight now."""
        ...

    def dropped(self, entry: Entry[R], reason: str) -> None:
        """The entry is no longer in the queue, and never will be."""
        ...


class Queue[R](Protocol):
    """Entries wait here, tenant by tenant, until a worker has written them. Nothing leaves but by `ack` or a drop.

    One event loop. An entry taken and neither acknowledged nor put back stays in flight; a durable queue hands it to
    another reader when this one is dead.
    """

    @property
    def is_durable(self) -> bool:
        """What `put` has accepted survives the process."""
        ...

    @property
    def level(self) -> Level:
        """As far as this process knows."""
        ...

    def attach(self, observer: Observer[R]) -> None:
        """The observer hears of everything from now on."""
        ...

    async def put(self, entries: Sequence[Entry[R]], timeout: float | None = None) -> None:
        """All are accepted, in order. Waits for room, at most `timeout` seconds, where the overflow strategy says so.

        Cancelled while waiting: what has no room yet is not accepted.

        Raises:
            QueueFullError: no room (`SubmitTimeout`: not in time; `RecordTooLarge`: never); `accepted` says how many
                of the first entries are in the queue.
            CoordinatorClosed: the queue takes no more; `accepted` as above.

        """
        ...

    async def take(self) -> Batch[R] | None:
        """The next batch; `None` once the queue is drained or closed and nothing can come any more.

        A batch is full, or its first entry has waited the flush interval, or it is flushed or drained. Tenants take
        turns; the live lane goes first. Cancelling loses nothing.
        """
        ...

    async def ack(self, entries: Sequence[Entry[R]]) -> None:
        """These have ended: gone from the queue for good. Parts of a batch may be acknowledged one after another."""
        ...

    async def requeue(self, entries: Sequence[Entry[R]], delay: float = 0.0) -> None:
        """These come again, as given here (their `attempts`), before their tenant's others, not before `delay` seconds.

        Their handles must be those they were taken with.
        """
        ...

    async def flush(self) -> None:
        """Everything queued now is due at once; returns when it has ended."""
        ...

    async def drain(self) -> None:
        """Nothing is accepted any more, waiting `put`s raise `CoordinatorClosed`; what is left is due at once."""
        ...

    async def close(self) -> Sequence[Entry[R]]:
        """Every `take` gives `None`. Returns what would be lost with the process, in flight or not; it is held until
        it is acknowledged. A durable queue keeps what it has and returns nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter[R]:
    """A record given up, and why."""

    record: R
    tenant: str
    code: str
    """`rejected`, `exhausted`, `expired`, `poison_ratio`, `shutdown`, or the code a sink gave."""
    detail: str
    error_class: str = ""
    sqlstate: str = ""
    attempts: int = 0
    first_failed_at: datetime | None = None
    failed_at: datetime | None = None


class DeadLetters[R](Protocol):
    """Keeps records that were given up. Runs in a thread of the coordinator, or on its loop if `keep` is async."""

    def keep(self, letters: Sequence[DeadLetter[R]]) -> Awaitable[None] | None:
        """All are kept when this returns; raises if they are not."""
        ...


type Trace[R] = Callable[[Batch[R]], AbstractContextManager[object]]
"""Entered around the writing of a batch: a span begins and ends."""

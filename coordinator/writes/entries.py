"""A record on its way: what the queue carries, and what whoever submitted it can wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from dataclasses import dataclass, field

from coordinator.writes.contract import Ending, Lane, Trigger


class Receipt:
    """`await receipt` gives the record's end. Giving up waiting does not take the record back."""

    __slots__ = ("_ending", "_waiters")

    def __init__(self) -> None:
        self._ending: Ending | None = None
        self._waiters: list[asyncio.Future[Ending]] = []

    @property
    def ending(self) -> Ending | None:
        """How the record ended, or nothing as long as it has not."""
        return self._ending

    def settle(self, ending: Ending) -> None:
        """The first end counts; a record has only one."""
        if self._ending is not None:
            return
        self._ending = ending
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(ending)
        self._waiters.clear()

    def __await__(self) -> Generator[object, None, Ending]:
        if self._ending is not None:
            return self._ending
        waiter: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            return (yield from waiter)
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)


@dataclass(frozen=True, slots=True)
class Entry[R]:
    """One record in a queue."""

    record: R
    tenant: str = ""
    lane: Lane = Lane.LIVE
    size: int = 0
    """Bytes, as the coordinator's `size_of` says; 0 where nobody counts them."""
    attempts: int = 0
    """How often a sink has tried and failed to write it."""
    accepted_at: float = 0.0
    """Seconds of the coordinator's clock."""
    tried_at: float | None = None
    """When a sink tried first."""
    handle: str = ""
    """Given by the queue: the queue finds the entry by it until it is acknowledged."""
    receipt: Receipt | None = field(default=None, compare=False, repr=False)
    """Only in the process that submitted it."""


@dataclass(frozen=True, slots=True)
class Batch[R]:
    """Entries of one tenant and one lane, taken together."""

    entries: tuple[Entry[R], ...]
    trigger: Trigger

    @property
    def tenant(self) -> str:
        return self.entries[0].tenant

    @property
    def lane(self) -> Lane:
        return self.entries[0].lane

    @property
    def records(self) -> tuple[R, ...]:
        return tuple(entry.record for entry in self.entries)

    def __len__(self) -> int:
        return len(self.entries)

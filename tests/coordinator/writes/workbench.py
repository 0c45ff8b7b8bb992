"""Where a queue is tried: it is made, its time passes, entries go in and batches come out; nothing sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from coordinator.writes.contract import Lane
from coordinator.writes.entries import Batch, Entry
from coordinator.writes.limits import QueueLimits
from coordinator.writes.ports import Queue

PATIENCE = 10.0
"""Seconds of real time after which a wait is a hang."""


class Workbench(Protocol):
    async def queue(self, limits: QueueLimits) -> Queue[str]:
        """A new, empty queue."""
        ...

    async def pass_time(self, seconds: float) -> None:
        """Of the queue's clock; what became due has happened."""
        ...

    async def breathe(self) -> None:
        """Everything that is under way and needs no time has happened."""
        ...


async def soon[T](awaitable: Awaitable[T]) -> T:
    return await asyncio.wait_for(awaitable, PATIENCE)


def entries(*records: str, tenant: str = "a", lane: Lane = Lane.LIVE, size: int = 0) -> list[Entry[str]]:
    return [Entry(record, tenant, lane, size) for record in records]


async def taken(queue: Queue[str]) -> Batch[str]:
    batch = await soon(queue.take())
    assert batch is not None
    return batch


class Levels:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.levels: list[int] = []
        self.drops: list[tuple[str, str]] = []
        self.accepts = 0

    def accepted(self, count: int) -> None:
        self.accepts += count

    def level_changed(self, level: int) -> None:
        self.levels.append(level)

    def dropped(self, entry: Entry[str], reason: str) -> None:
        self.drops.append((entry.record, reason))

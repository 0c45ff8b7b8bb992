"""A channel layer in memory that can be cut, and somebody who follows a section."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from dashboard_project.hints.wire import Message
from oracles.contract import DataStamp


class FakeLayer:
    def __init__(self) -> None:
        self.queues: dict[str, asyncio.Queue[Message]] = {}
        self.groups: defaultdict[str, set[str]] = defaultdict(set)
        self.is_cut = False
        self.sent: list[tuple[str, Message]] = []
        self.flushed = 0

    async def new_channel(self, prefix: str = "specific.") -> str:
        self._work()
        name = f"{prefix}{len(self.queues)}"
        self.queues[name] = asyncio.Queue()
        return name

    async def send(self, channel: str, message: Message) -> None:
        self._work()
        self.queues[channel].put_nowait(message)

    async def receive(self, channel: str) -> Message:
        return await self.queues[channel].get()

    async def group_add(self, group: str, channel: str) -> None:
        self._work()
        self.groups[group].add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        self.groups[group].discard(channel)

    async def group_send(self, group: str, message: Message) -> None:
        self._work()
        self.sent.append((group, message))
        for channel in self.groups[group]:
            self.queues[channel].put_nowait(message)

    async def flush(self) -> None:
        self.flushed += 1
        self.queues.clear()
        self.groups.clear()

    def _work(self) -> None:
        if self.is_cut:
            raise ConnectionError("the line is cut")


async def until(holds: Callable[[], bool]) -> None:
    """For what happens in real time, in tasks of others."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  nobody would set an event
            await asyncio.sleep(0.001)


@dataclass(slots=True)
class Ear:
    """Follows a section."""

    stamps: list[DataStamp] = field(default_factory=list)
    delays: list[bool] = field(default_factory=list)

    def moved(self, stamp: DataStamp) -> None:
        self.stamps.append(stamp)

    def delayed(self, *, is_delayed: bool) -> None:
        self.delays.append(is_delayed)

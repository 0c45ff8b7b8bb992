"""Hears the hints of other processes, over the channel layer, for as long as somebody wants them.

The layer drops messages silently and says little about its own health, so the link sends itself a beat: while beats
come back, hints do too. When they do not, everything is taken down and set up anew until it works again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from dashboard_project.hints.wire import BEAT, Layer, from_message
from ingest.hints import Hint

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds. A line that is lost is noticed within three of them."""

    beat: float = 1.5
    call: float = 1.0
    """What the layer does not do in this time, it does not do."""
    retry: float = 1.0

    @property
    def silence(self) -> float:
        """So long without a beat, and the line is lost."""
        return self.beat + self.call


class Link:
    """One per event loop. `on_change` is told when the line is found (`True`) and when it is lost."""

    def __init__(
        self,
        layer: Layer,
        hear: Callable[[Hint], None],
        on_change: Callable[[bool], None],
        rhythm: Rhythm = Rhythm(),
    ) -> None:
        self._layer = layer
        self._hear = hear
        self._on_change = on_change
        self._rhythm = rhythm
        self._wanted: set[str] = set()
        self._has_changed = asyncio.Event()
        self._is_up: bool | None = None
        self._task = asyncio.create_task(self._run())

    def join(self, group: str) -> None:
        """Messages of this group are heard from soon on."""
        self._wanted.add(group)
        self._has_changed.set()

    def leave(self, group: str) -> None:
        self._wanted.discard(group)
        self._has_changed.set()

    async def close(self) -> None:
        """No task and no connection of ours is left."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._take_down()

    async def _run(self) -> None:
        while True:
            try:
                await self._follow()
            except* Exception as group:  # noqa: BLE001  whatever the client raises, the line is lost
                self._turn(is_up=False, why=type(group.exceptions[0]).__name__)
            await self._take_down()
            await asyncio.sleep(self._rhythm.retry)

    async def _follow(self) -> None:
        async with asyncio.timeout(self._rhythm.call):
            channel = await self._layer.new_channel("dashboards.")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._receive(channel))
            tasks.create_task(self._keep_groups(channel))
            tasks.create_task(self._beat(channel))

    async def _receive(self, channel: str) -> None:
        while True:
            async with asyncio.timeout(self._rhythm.silence):
                message = await self._layer.receive(channel)
            if message.get("type") == BEAT:
                self._turn(is_up=True)
            elif hint := from_message(message):
                self._hear(hint)

    async def _keep_groups(self, channel: str) -> None:
        joined: set[str] = set()
        while True:
            self._has_changed.clear()
            for group in sorted(self._wanted - joined):
                async with asyncio.timeout(self._rhythm.call):
                    await self._layer.group_add(group, channel)
                joined.add(group)
            for group in sorted(joined - self._wanted):
                async with asyncio.timeout(self._rhythm.call):
                    await self._layer.group_discard(group, channel)
                joined.discard(group)
            await self._has_changed.wait()

    async def _beat(self, channel: str) -> None:
        while True:
            async with asyncio.timeout(self._rhythm.call):
                await self._layer.send(channel, {"type": BEAT})
            await asyncio.sleep(self._rhythm.beat)

    def _turn(self, *, is_up: bool, why: str = "") -> None:
        if is_up is self._is_up:
            return
        self._is_up = is_up
        if not is_up:
            log.warning("hints_line_lost", error=why)
        self._on_change(is_up)

    async def _take_down(self) -> None:
        with suppress(Exception):
            async with asyncio.timeout(self._rhythm.call):
                await self._layer.flush()

"""Brings updates to the screen: one call at a time, what is ready together in one frame, nothing stale (R3)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from coordinator.actions import Update
from coordinator.contract import Token
from coordinator.outbox import Batch, Outbox
from coordinator.ports import Ports, Screen, Timer
from coordinator.tasks import Tasks
from coordinator.telemetry import record_crash


class Painter:
    """While a paint runs, newer updates gather in the outbox; it cannot grow past one update per oracle."""

    def __init__(
        self, ports: Ports, screen: Screen, is_stale: Callable[[Token], bool], on_end: Callable[[], None]
    ) -> None:
        self._ports = ports
        self._screen = screen
        self._is_stale = is_stale
        self._outbox = Outbox()
        self._tasks = Tasks(on_end)
        self._is_painting = False
        self._next: Timer | None = None
        self._next_at = 0.0

    @property
    def is_idle(self) -> bool:
        return not self._outbox and not self._is_painting

    def put(self, update: Update) -> None:
        self._outbox.put(update)

    def paint_within(self, delay: float) -> None:
        """What waits is painted at the latest after `delay` seconds; 0 is the next turn of the loop."""
        if not self._outbox or self._is_painting:
            return  # a paint that runs takes the rest along when it is done
        at = self._ports.clock.now() + delay
        if self._next and self._next_at <= at:
            return
        self._forget_next()
        self._next_at = at if delay else 0.0
        self._next = self._after(delay)

    async def close(self) -> None:
        self._forget_next()
        await self._tasks.close()

    def _after(self, delay: float) -> Timer:
        if delay:
            return self._ports.clock.call_later(delay, self._begin)
        return asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        self._next = None
        self._tasks.start(self._paint())

    async def _paint(self) -> None:
        self._is_painting = True
        try:
            while self._outbox:
                for batch in self._outbox.take(self._is_stale):
                    await self._paint_batch(batch)
        finally:
            self._is_painting = False

    async def _paint_batch(self, batch: Batch) -> None:
        token, updates = batch
        if self._is_stale(token):
            return
        started_at = self._ports.clock.now()
        try:
            await self._screen.paint(updates, lambda: not self._is_stale(token))
        except Exception as error:  # noqa: BLE001 a port must not end the session
            record_crash(self._ports.meter, "screen", error)
        self._ports.meter.observe("scope_apply_seconds", self._ports.clock.now() - started_at)

    def _forget_next(self) -> None:
        if self._next:
            self._next.cancel()
            self._next = None

"""The clock of the running event loop: monotonic, so that nobody setting the time moves a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

from coordinator.writes.ports import Timer


class LoopClock:
    def now(self) -> float:
        return monotonic()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        return asyncio.get_running_loop().call_later(delay, callback)

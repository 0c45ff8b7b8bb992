"""The clock of the running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

from coordinator.ports import Timer


class LoopClock:
    """Monotonic seconds, the same in every thread of the process; timers run on the loop that asked for them."""

    def now(self) -> float:
        return monotonic()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        return asyncio.get_running_loop().call_later(delay, callback)

"""The tasks of one driver: started here, and awaited here when it closes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine


class Tasks:
    """Each task begins at once, before `start` returns: what needs no waiting costs no turn of the loop."""

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._on_end = on_end
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.Task(work, loop=asyncio.get_running_loop(), eager_start=True)
        if task.done():
            self._on_end()
        else:
            self._running.add(task)
            task.add_done_callback(self._end)
        return task

    async def close(self) -> None:
        """All have ended. A task that closes its own driver is not awaited by itself."""
        mine = self._running - {asyncio.current_task()}
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._on_end()

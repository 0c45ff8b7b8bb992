"""How far the data of sections has moved, for many who ask at once.

Those who ask while a section's stamp is being read share the *next* reading: one that began before they asked might
miss what they were told about. So 200 dashboards that open together cost two readings, not 200. One loop, one line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from oracles.contract import DataStamp, Scope
from oracles.runner.pool import DatabaseThreads

type Line = tuple[asyncio.AbstractEventLoop, int, int]


class Stamps:
    """Reads in threads of its own, so that a look-up never waits behind the loads."""

    def __init__(self, threads: DatabaseThreads, read: Callable[[Scope, str], DataStamp]) -> None:
        self._threads = threads
        self._read = read
        self._running: dict[Line, asyncio.Task[DataStamp]] = {}
        self._next: dict[Line, asyncio.Task[DataStamp]] = {}

    async def of(self, scope: Scope) -> DataStamp:
        """The stamp as it stood at some moment after the call.

        Raises what the database raises.
        """
        line = (asyncio.get_running_loop(), scope.tenant_id, scope.section_id)
        task = self._next.get(line)
        if task is None:
            task = self._next[line] = line[0].create_task(self._read_after(line, scope))
            task.add_done_callback(_see)
        return await asyncio.shield(task)

    def close(self) -> None:
        self._threads.close()

    async def _read_after(self, line: Line, scope: Scope) -> DataStamp:
        if before := self._running.get(line):
            await asyncio.wait({before})
        task = self._next.pop(line)
        self._running[line] = task
        try:
            return await asyncio.wrap_future(self._threads.submit(lambda: self._read(scope, self._threads.alias)))
        finally:
            if self._running.get(line) is task:
                del self._running[line]


def _see(read: asyncio.Task[DataStamp]) -> None:
    """Everybody who asked may be gone; asyncio would report the exception as forgotten."""
    if not read.cancelled():
        read.exception()

"""An event loop in a thread of its own: for what must outlive the loops of those who use it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Thread


class LoopThread:
    """Runs from its making until `close`. A daemon: it does not keep a process alive that forgot it."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def start[R](self, work: Coroutine[object, None, R]) -> Future[R]:
        """The work runs on the loop; any thread may wait for it. Cancelling the future cancels it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, what: Callable[[], object]) -> None:
        """It is called on the loop, soon."""
        self._loop.call_soon_threadsafe(what)

    def close(self) -> None:
        """The loop has stopped and its thread has ended."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

"""Threads for sinks that block. They are daemons: a store that hangs for ever does not keep the process alive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread


@dataclass(frozen=True, slots=True)
class _Job[T]:
    work: Callable[[], T]
    answer: asyncio.Future[T]


class SinkThreads:
    """As many threads as calls run at once; idle ones are used again, so that their connections are too.

    A call given up by its caller runs to its end; its answer goes nowhere.
    """

    def __init__(self, at_end: Callable[[], None] | None = None) -> None:
        self._at_end = at_end
        self._jobs: SimpleQueue[_Job[object] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._idle = 0
        self._lock = Lock()

    async def call[T](self, work: Callable[[], T]) -> T:
        """What `work` gives, from another thread."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._make_sure_somebody_listens()
        self._jobs.put(_Job(work, answer))  # type: ignore[arg-type]
        return await answer

    def close(self) -> None:
        """Threads end when their call has; `at_end` runs in each (to close its connections)."""
        with self._lock:
            for _ in self._threads:
                self._jobs.put(None)
            self._threads.clear()
            self._idle = 0

    def _make_sure_somebody_listens(self) -> None:
        with self._lock:
            if self._idle:
                self._idle -= 1
                return
            thread = Thread(target=self._listen, name="sink", daemon=True)
            self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while job := self._jobs.get():
            _perform(job, self._rest)
        if self._at_end:
            self._at_end()

    def _rest(self) -> None:
        with self._lock:
            self._idle += 1


def _perform(job: _Job[object], rest: Callable[[], None]) -> None:
    """Runs a job and tells its loop, if that is still there."""
    result: object = None
    error: BaseException | None = None
    try:
        result = job.work()
    except BaseException as caught:  # noqa: BLE001 (whatever it is, the awaiting task must get it)
        error = caught
    rest()
    with suppress(RuntimeError):  # The loop has been closed meanwhile.
        job.answer.get_loop().call_soon_threadsafe(_tell, job.answer, result, error)


def _tell(answer: asyncio.Future[object], result: object, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)

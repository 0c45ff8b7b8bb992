"""Who comes in? Those who arrive while one question is asked share the next: a crowd costs as much as one.

Nothing is remembered between questions, so that a token which has been revoked is worth nothing at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from threading import Lock

from oracles.runner.pool import DatabaseThreads

MOST_WAITING = 1_024


class Crowded(RuntimeError):
    """As many are waiting as may."""


class Door[A]:
    """`look_up` gives what is known of those names that are known at all; it runs in one of `threads`."""

    def __init__(
        self,
        threads: DatabaseThreads,
        look_up: Callable[[Collection[str]], Mapping[str, A]],
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._threads = threads
        self._look_up = look_up
        self._most_waiting = most_waiting
        self._lock = Lock()
        self._waiting: list[tuple[str, Future[A | None]]] = []
        self._is_asking = False

    async def ask(self, name: str) -> A | None:
        """What was known of the name at some moment after the call.

        Raises:
            Crowded: nobody was asked.
            Exception: what `look_up` raises.

        """
        return await asyncio.wrap_future(self._wait(name))

    def close(self) -> None:
        self._threads.close()

    def _wait(self, name: str) -> Future[A | None]:
        future: Future[A | None] = Future()
        with self._lock:
            if len(self._waiting) >= self._most_waiting:
                raise Crowded(f"{self._most_waiting} are waiting")
            self._waiting.append((name, future))
            if not self._is_asking:
                self._is_asking = True
                self._threads.submit(self._answer)
        return future

    def _answer(self) -> None:
        with self._lock:
            asked, self._waiting = self._waiting, []
        present = [(name, future) for name, future in asked if future.set_running_or_notify_cancel()]
        try:
            known = self._look_up({name for name, _ in present})
            for name, future in present:
                future.set_result(known.get(name))
        except Exception as error:  # noqa: BLE001 whoever asked is told
            for _, future in present:
                future.set_exception(error)
        finally:
            self._go_on()

    def _go_on(self) -> None:
        with self._lock:
            self._is_asking = bool(self._waiting)
            if self._is_asking:
                self._threads.submit(self._answer)

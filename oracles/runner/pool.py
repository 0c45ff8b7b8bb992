"""Threads that use the database: a fixed number, each with connections of its own that end with the pool."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock, local

from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper


class DatabaseThreads:
    """A bounded executor.

    After each piece of work the connection goes back to where it came from: psycopg's pool, or the thread, which keeps
    it. `close` closes the kept ones, which nobody else could reach.
    """

    def __init__(self, size: int, name: str, alias: str) -> None:
        self.size = size
        self.alias = alias
        self._executor = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._thread = local()
        self._lock = Lock()
        self._opened: list[BaseDatabaseWrapper] = []

    def submit[R](self, work: Callable[[], R]) -> Future[R]:
        """Raises RuntimeError after `close`."""
        return self._executor.submit(self._perform, work)

    def close(self) -> None:
        """Running work has ended, waiting work is cancelled, every connection of these threads is closed."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        if not _is_in_a_loop():  # as when the interpreter ends, which starts no threads any more
            self._close_connections()
            return
        with ThreadPoolExecutor(1) as closing:  # Django refuses it where an event loop runs
            closing.submit(self._close_connections).result()

    def _close_connections(self) -> None:
        with self._lock:
            opened, self._opened = self._opened, []
        for connection in opened:
            connection.inc_thread_sharing()  # its thread is gone
            connection.close()

    def _perform[R](self, work: Callable[[], R]) -> R:
        self._remember()
        close_old_connections()
        try:
            return work()
        finally:
            close_old_connections()

    def _remember(self) -> None:
        if not hasattr(self._thread, "is_known"):
            self._thread.is_known = True
            with self._lock:
                self._opened.append(connections[self.alias])


def _is_in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True

"""One question while the database works on it, and how to stop it from another thread without hitting a neighbour.

Rules:
- The connection is in reach of `stop` only while the question's transaction runs; whoever leaves it waits for a stop
  that is under way, so a stop that comes late cannot hit the next user of the connection.
- Once stopped, no further statement of the question begins.
- Never call `stop` on an event loop: it talks to the server.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import Connection

from oracles.contract import FailureReason

CANCEL_SECONDS = 2.0
ATTEMPTS = 20
FIRST_PAUSE_SECONDS = 0.002
LONGEST_PAUSE_SECONDS = 0.25

type Driver = sqlite3.Connection | Connection[tuple[object, ...]]
type Execute = Callable[[str, object, bool, dict[str, object]], object]


class Stopped(Exception):
    """The question was stopped; `reason` says why."""

    def __init__(self, reason: FailureReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Question:
    """May be stopped before, while and after it runs; the first reason counts."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left = Event()
        self._driver: Driver | None = None
        self._reason: FailureReason | None = None

    @property
    def stopped_for(self) -> FailureReason | None:
        return self._reason

    def mark(self, reason: FailureReason) -> None:
        """No further statement begins. Talks to nobody, so it may be called anywhere."""
        self._reason = self._reason or reason

    def stop(self) -> None:
        """The question has left the database, or has been told to often enough. Call `mark` before.

        Told again and again: a statement that is about to begin when it is told would not notice.
        """
        for attempt in range(ATTEMPTS):
            if not self._tell() or self._left.wait(min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)):
                return

    def _tell(self) -> bool:
        """Whether there was something to tell."""
        with self._lock:
            if isinstance(self._driver, sqlite3.Connection):
                self._driver.interrupt()
            elif self._driver is not None:
                self._driver.cancel_safe(timeout=CANCEL_SECONDS)
            return self._driver is not None

    def check(self) -> None:
        """Raises Stopped when the question was stopped."""
        if self._reason is not None:
            raise Stopped(self._reason)

    @contextmanager
    def on(self, connection: BaseDatabaseWrapper) -> Iterator[None]:
        """The question uses this connection, whose transaction has begun."""
        with self._lock:
            self._driver = connection.connection
        try:
            with connection.execute_wrapper(self._guard):
                self.check()
                yield
        finally:
            with self._lock:
                self._driver = None
                self._left.set()

    def _guard(self, execute: Execute, sql: str, params: object, many: bool, context: dict[str, object]) -> object:
        self.check()
        return execute(sql, params, many, context)

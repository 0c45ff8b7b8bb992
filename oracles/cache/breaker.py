"""Stops asking what does not answer, and tries again with one call at a time. Any thread may use it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

OPEN_SECONDS = 2.0
FAILURES = 3
"""In a row. A call gives up within 250 ms, so three of them open the breaker within a second."""


class Breaker:
    def __init__(self, now: Callable[[], float], failures: int = FAILURES, open_seconds: float = OPEN_SECONDS) -> None:
        self._now = now
        self._failures = failures
        self._open_seconds = open_seconds
        self._lock = Lock()
        self._in_a_row = 0
        self._retry_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._in_a_row >= self._failures

    def may_call(self) -> bool:
        """Whether to try. While open, one caller per period may: the trial that can close it again."""
        with self._lock:
            if not self.is_open:
                return True
            if self._now() < self._retry_at:
                return False
            self._retry_at = self._now() + self._open_seconds
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._in_a_row = 0

    def failed(self) -> None:
        with self._lock:
            self._in_a_row += 1
            self._retry_at = self._now() + self._open_seconds

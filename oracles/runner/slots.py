"""Who may use a thread next: never more questions under way than threads, and no session crowds out another.

A freed slot goes to the waiting session that holds the fewest, the longest waiting first among equals. So a session
that holds half of the slots gets no further one while another waits. For any thread and any event loop.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from threading import Lock
from typing import NewType

SessionId = NewType("SessionId", int)


class TooManyWaiting(Exception):
    """The queue for a slot is full."""


class Slots:
    def __init__(self, size: int, longest_queue: int) -> None:
        self._lock = Lock()
        self._free = size
        self._longest_queue = longest_queue
        self._held: Counter[SessionId] = Counter()
        self._waiting: list[tuple[SessionId, Future[None]]] = []

    @property
    def held(self) -> int:
        return self._held.total()

    @property
    def waiting(self) -> int:
        with self._lock:
            return sum(not granted.cancelled() for _, granted in self._waiting)

    def ask(self, session: SessionId) -> Future[None]:
        """A future that is done once the session holds one more slot; give that back with `release`.

        Cancel the future to stop waiting. Raises TooManyWaiting.
        """
        granted: Future[None] = Future()
        with self._lock:
            self._waiting = [entry for entry in self._waiting if not entry[1].cancelled()]
            if not self._free and len(self._waiting) >= self._longest_queue:
                raise TooManyWaiting(f"expected at most {self._longest_queue} waiting")
            self._waiting.append((session, granted))
        self._grant()
        return granted

    def release(self, session: SessionId) -> None:
        """The session holds one slot less."""
        with self._lock:
            self._held[session] -= 1
            if not self._held[session]:
                del self._held[session]
            self._free += 1
        self._grant()

    def _grant(self) -> None:
        while granted := self._next():
            granted.set_result(None)  # outside the lock: it calls whoever waits

    def _next(self) -> Future[None] | None:
        with self._lock:
            while self._free and self._waiting:
                entry = min(self._waiting, key=lambda entry: self._held[entry[0]])
                self._waiting.remove(entry)
                session, granted = entry
                if granted.set_running_or_notify_cancel():
                    self._held[session] += 1
                    self._free -= 1
                    return granted
        return None

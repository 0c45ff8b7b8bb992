"""What a process knows of the whole queue: as the server said last, and who wants to hear of it."""

from __future__ import annotations

import asyncio
from itertools import count

from coordinator.writes.entries import Entry
from coordinator.writes.ports import Observer
from ingest.streams.store import Books


class KnownBooks[R]:
    """The last books; observers hear of changes, producers that wait are woken when there is less in them."""

    def __init__(self) -> None:
        self.now = Books(0, 0)
        self._observers: list[Observer[R]] = []
        self._waiting: set[asyncio.Future[None]] = set()
        self._questions = count(1)
        self._answered = 0

    def attach(self, observer: Observer[R]) -> None:
        self._observers.append(observer)

    def asking(self) -> int:
        """The number of a question that is about to be asked."""
        return next(self._questions)

    def note(self, books: Books, asked: int) -> None:
        """The answer to that question; it says nothing new if a later one was answered before."""
        if asked < self._answered:
            return
        self._answered = asked
        before, self.now = self.now, books
        if books.held != before.held:
            for observer in self._observers:
                observer.level_changed(books.held)
        if books.held < before.held or books.size < before.size:
            self.wake()

    def accepted(self, count: int) -> None:
        for observer in self._observers:
            observer.accepted(count)

    def dropped(self, entry: Entry[R], reason: str) -> None:
        for observer in self._observers:
            observer.dropped(entry, reason)

    def room(self) -> asyncio.Future[None]:
        """Done when there may be room."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        waiter.add_done_callback(self._waiting.discard)
        return waiter

    def wake(self) -> None:
        for waiter in tuple(self._waiting):
            wake(waiter)


def wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)

"""Putting records on the server, as the overflow strategy says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from coordinator.writes.contract import (
    CoordinatorClosed,
    QueueFullError,
    RecordTooLarge,
    SinkUnavailable,
    SubmitTimeout,
)
from coordinator.writes.entries import Entry
from coordinator.writes.limits import Overflow, QueueLimits
from coordinator.writes.ports import Clock
from ingest.streams.books import KnownBooks, wake
from ingest.streams.delivery import OUT_OF_REACH, Codec
from ingest.streams.store import Place, StreamStore

ROOM_SECONDS = 0.1
"""A producer that waits for room that other processes make looks as often."""


class StreamProducer[R]:
    """The half of a stream queue that every process has, readers or not."""

    def __init__(
        self, limits: QueueLimits, clock: Clock, store: StreamStore, codec: Codec[R], books: KnownBooks[R]
    ) -> None:
        if limits.overflow is Overflow.DROP_OLDEST:
            raise ValueError("a durable queue gives up nothing that it has accepted: choose another overflow strategy")
        self._limits, self._clock, self._store, self._codec, self._books = limits, clock, store, codec, books
        self._is_open = True

    async def put(self, entries: Sequence[Entry[R]], give_up_at: float | None) -> None:
        """As the port says; also raises SinkUnavailable: whether the last of them are in nobody knows."""
        accepted = 0
        for (tenant, lane), some in groupby(entries, key=lambda entry: (entry.tenant, entry.lane)):
            accepted = await self._put_all(Place(tenant, lane), list(some), accepted, give_up_at)

    def close(self) -> None:
        """Nothing is accepted any more; who waits hears of it."""
        self._is_open = False
        self._books.wake()

    async def _put_all(self, place: Place, entries: list[Entry[R]], accepted: int, give_up_at: float | None) -> int:
        while entries:
            if not self._is_open:
                raise CoordinatorClosed("the queue takes no more records", accepted=accepted)
            taken, full = await self._try(place, self._bearable(entries, accepted))
            accepted += taken
            del entries[:taken]
            if entries and full:
                accepted += await self._without_room(entries, full, accepted, give_up_at)
        return accepted

    def _bearable(self, entries: Sequence[Entry[R]], accepted: int) -> Sequence[Entry[R]]:
        """Those before the first one that no queue of this size can take."""
        most = self._limits.capacity_bytes
        if most is None:
            return entries
        fit = next((index for index, entry in enumerate(entries) if entry.size > most), len(entries))
        if not fit:
            raise RecordTooLarge("larger than the queue", accepted=accepted)
        return entries[:fit]

    async def _try(self, place: Place, entries: Sequence[Entry[R]]) -> tuple[int, str]:
        payloads = [(self._codec.encode(entry.record), entry.size) for entry in entries]
        asked = self._books.asking()
        try:
            taken, full, books = await self._store.put(place, payloads, self._limits)
        except OUT_OF_REACH as error:
            raise SinkUnavailable(f"the queue's server cannot be reached: {type(error).__name__}") from error
        if taken:
            self._books.accepted(taken)
        self._books.note(books, asked)
        return taken, full

    async def _without_room(self, entries: list[Entry[R]], full: str, accepted: int, give_up_at: float | None) -> int:
        """What the strategy says; returns how many entries it is thereby done with."""
        if self._limits.overflow is Overflow.ERROR:
            raise QueueFullError(f"no room: {full}", accepted=accepted)
        if self._limits.overflow is Overflow.DROP_NEWEST:
            self._books.accepted(1)
            self._books.dropped(entries.pop(0), "newest")
            return 1
        await self._wait(accepted, give_up_at)
        return 0

    async def _wait(self, accepted: int, give_up_at: float | None) -> None:
        if not self._is_open:
            return  # closed while we were asking
        now = self._clock.now()
        if give_up_at is not None and now >= give_up_at:
            raise SubmitTimeout("no room in time", accepted=accepted)
        room = self._books.room()
        delay = ROOM_SECONDS if give_up_at is None else min(ROOM_SECONDS, give_up_at - now)
        timer = self._clock.call_later(delay, lambda: wake(room))
        try:
            await room
        finally:
            timer.cancel()

"""Fetching a little ahead: what this process will write next is in its memory, and still on the server."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import structlog

from coordinator.writes.entries import Entry
from coordinator.writes.limits import Overflow, QueueLimits
from coordinator.writes.ports import Clock
from coordinator.writes.queue import BoundedQueue
from ingest.streams.books import KnownBooks, wake
from ingest.streams.delivery import OUT_OF_REACH, Codec, Delivery
from ingest.streams.store import Place, Raw, StreamStore, Ticket

log = structlog.get_logger(__name__)

BATCHES_AHEAD = 16
"""Batches that a reader has in memory at most."""
BELL_SECONDS = 5.0
"""A reader that nobody rings for looks by itself as often."""
HOLD_SECONDS = 5.0
CLAIM_SECONDS = 15.0
"""Three times what a living reader lets pass without saying that it still has its entries."""
RETRY_SECONDS, LONGEST_RETRY_SECONDS = 0.1, 2.0
MOST_UNREADABLE = 10_000


class StreamReader[R]:
    """Runs as one task from `start` to `stop`; what it fetches goes into `memory`, which it drains when told to."""

    def __init__(
        self, limits: QueueLimits, clock: Clock, store: StreamStore, codec: Codec[R], books: KnownBooks[R]
    ) -> None:
        self._clock, self._store, self._codec, self._books = clock, store, codec, books
        self._batch_size = limits.batch_size
        ahead = limits.batch_size * BATCHES_AHEAD
        whole = replace(limits, capacity=ahead, capacity_bytes=None, overflow=Overflow.BLOCK)
        self.memory: BoundedQueue[Delivery[R]] = BoundedQueue(replace(whole, tenant_share=1, bulk_share=1), clock)
        self._room = ahead
        self._here: defaultdict[Place, dict[bytes, Ticket]] = defaultdict(dict)
        self._owed: list[Delivery[R]] = []
        self._passes: list[asyncio.Future[None]] = []
        self._nudge = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._bell: asyncio.Task[None] | None = None
        self._hold_at = clock.now() + HOLD_SECONDS
        self._left_to_drain: int | None = None

    @property
    def fetched(self) -> int:
        """Entries in memory: waiting or in the hands of workers."""
        return sum(map(len, self._here.values()))

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="stream-reader")

    async def stop(self) -> None:
        """Nothing is fetched any more; what is in memory may be had by others at once."""
        tasks = [task for task in (self._task, self._bell) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.memory.close()
        self._end_passes()
        with suppress(*OUT_OF_REACH):
            await self._settle()
            for place, tickets in self._here.items():
                await self._store.release(place, list(tickets.values()))

    async def drain(self, count: int) -> None:
        """That many more are fetched at most, then the memory is drained."""
        self._left_to_drain = count
        self.start()
        self._nudge.set()

    async def whole_pass(self) -> None:
        """Everything that was there is in memory when this returns, as far as there is room."""
        self.start()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._passes.append(done)
        self._nudge.set()
        await done

    async def ended(self, deliveries: Sequence[Delivery[R]]) -> None:
        """These are written. If the server is not there to hear it, it hears it when it is back."""
        for delivery in deliveries:
            self._here[delivery.place].pop(delivery.ticket[0], None)
        self._owed += deliveries
        with suppress(*OUT_OF_REACH):
            await self._settle()
        self._nudge.set()

    async def _settle(self) -> None:
        owed, self._owed = self._owed, []
        try:
            for place in {delivery.place for delivery in owed}:
                tickets = [delivery.ticket for delivery in owed if delivery.place == place]
                asked = self._books.asking()
                self._books.note(await self._store.ack(place, tickets), asked)
        except BaseException:
            self._owed += owed  # saying it twice costs nothing
            raise

    # ---- the task

    async def _run(self) -> None:
        wait = RETRY_SECONDS
        while True:
            try:
                await self._look_around()
                wait = RETRY_SECONDS
            except OUT_OF_REACH as error:
                log.warning("stream_out_of_reach", error=type(error).__name__)
                if self._left_to_drain is not None:
                    await self.memory.drain()  # what is on the server stays there, for others
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_RETRY_SECONDS)

    async def _look_around(self) -> None:
        """One pass: say what has ended and what is still ours, fetch; rest if there was nothing."""
        self._nudge.clear()
        await self._settle()
        places = sorted(await self._store.places(), key=self._turn)
        if await self._claim(places) + await self._fetch(places):
            return
        asked = self._books.asking()
        self._books.note(await self._store.books(), asked)
        self._end_passes()
        if self._left_to_drain is not None:
            await self.memory.drain()
        await self._rest()

    def _turn(self, place: Place) -> tuple[int, int, str]:
        """The live lane first, and in it those of whom least is in memory."""
        return (place.lane, len(self._here[place]), place.tenant)

    async def _fetch(self, places: Sequence[Place]) -> int:
        """Entries that nobody has had yet."""
        got = 0
        for place in places:
            count = min(self._room - self.fetched, 2 * self._batch_size - len(self._here[place]))
            if self._left_to_drain is not None:
                count = min(count, self._left_to_drain)
            if count > 0:
                raws = await self._store.read(place, count)
                got += await self._take_in(raws)
                self._left_to_drain = None if self._left_to_drain is None else self._left_to_drain - len(raws)
        return got

    async def _claim(self, places: Sequence[Place]) -> int:
        """Now and then: what we have stays ours, and what nobody has been heard of for becomes ours."""
        if self._clock.now() < self._hold_at:
            return 0
        got = 0
        for place in places:
            if ours := self._here[place]:
                await self._store.hold(place, list(ours.values()))
            room = min(self._room - self.fetched, self._batch_size)
            if room > 0:
                got += await self._take_in(await self._store.overdue(place, CLAIM_SECONDS, room))
        if not got:
            self._hold_at = self._clock.now() + HOLD_SECONDS
        self._here = defaultdict(dict, {place: tickets for place, tickets in self._here.items() if tickets})
        return got

    async def _take_in(self, raws: Sequence[Raw]) -> int:
        entries = [entry for raw in raws if (entry := await self._entry(raw)) is not None]
        for entry in entries:
            self._here[entry.record.place][entry.record.ticket[0]] = entry.record.ticket
        await self.memory.put(entries)
        return len(raws)

    async def _entry(self, raw: Raw) -> Entry[Delivery[R]] | None:
        place, ticket = raw.place, raw.ticket
        if ticket[0] in self._here[place]:
            return None
        try:
            record = self._codec.decode(raw.payload)
        except ValueError:
            await self._put_aside(raw)
            return None
        return Entry(Delivery(record, place, ticket), place.tenant, place.lane, ticket[1], attempts=raw.deliveries - 1)

    async def _put_aside(self, raw: Raw) -> None:
        """Somebody else's bytes, or another version's: kept where they can be looked at, and out of the way."""
        log.warning("stream_entry_unreadable", size=len(raw.payload))
        await self._store.put_aside(raw, MOST_UNREADABLE)
        asked = self._books.asking()
        self._books.note(await self._store.ack(raw.place, [raw.ticket]), asked)

    async def _rest(self) -> None:
        """Until something was put in, if there is room for it, or something has ended here."""
        nudged = asyncio.create_task(self._nudge.wait())
        try:
            if self._bell is None and self.fetched < self._room:
                self._bell = asyncio.create_task(self._store.wait_for_bell(BELL_SECONDS))
            waiting = [nudged] if self._bell is None else [nudged, self._bell]
            await asyncio.wait(waiting, timeout=BELL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            nudged.cancel()
        if self._bell is not None and self._bell.done():
            bell, self._bell = self._bell, None
            bell.result()

    def _end_passes(self) -> None:
        passes, self._passes = self._passes, []
        for done in passes:
            wake(done)

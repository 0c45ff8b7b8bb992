"""`Queue` on Redis or Valkey Streams: any number of processes put in, any number take out, none of them is needed.

What was accepted is on the server (append-only file on) until somebody has written it and said so. A reader fetches a
little ahead into a queue in memory, which forms the batches and takes the turns; whatever a reader that has died had in
its hands goes to another after a while. So a record may come twice, never not at all: sinks know repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from coordinator.writes.entries import Batch, Entry
from coordinator.writes.limits import QueueLimits
from coordinator.writes.ports import Clock, Level, Observer
from ingest.streams.books import KnownBooks
from ingest.streams.delivery import OUT_OF_REACH, Codec, Delivery, entry_with
from ingest.streams.producer import StreamProducer
from ingest.streams.reader import StreamReader
from ingest.streams.store import StreamStore


class StreamQueue[R]:
    """See the port for what its methods promise. Reading begins with the first `take`; who only puts never reads.

    `put` also raises SinkUnavailable: the server cannot be reached, and whether the last entries are in nobody knows.
    """

    is_durable = True

    def __init__(self, limits: QueueLimits, clock: Clock, store: StreamStore, codec: Codec[R]) -> None:
        self._limits, self._clock, self._store = limits, clock, store
        self._books: KnownBooks[R] = KnownBooks()
        self._producer = StreamProducer(limits, clock, store, codec, self._books)
        self._reader = StreamReader(limits, clock, store, codec, self._books)
        self._in_hand: dict[str, Delivery[R]] = {}
        self._is_open = True

    @property
    def level(self) -> Level:
        here, books = self._reader.memory.level, self._books.now
        queued = max(0, books.held - here.in_flight)
        return Level(queued, here.in_flight, self._limits.capacity, books.size, here.oldest_at)

    @property
    def fetched(self) -> int:
        """Entries that this process has in memory."""
        return self._reader.fetched

    def attach(self, observer: Observer[R]) -> None:
        self._books.attach(observer)

    async def put(self, entries: Sequence[Entry[R]], timeout: float | None = None) -> None:  # noqa: ASYNC109  the port's
        await self._producer.put(entries, None if timeout is None else self._clock.now() + timeout)

    async def left(self) -> int:
        """Entries on the server now, in the hands of readers or not."""
        return (await self._store.books()).held

    async def take(self) -> Batch[R] | None:
        if self._is_open:
            self._reader.start()
        batch = await self._reader.memory.take()
        if batch is None:
            return None
        self._in_hand |= {entry.handle: entry.record for entry in batch.entries}
        return Batch(tuple(entry_with(entry, entry.record.record) for entry in batch.entries), batch.trigger)

    async def ack(self, entries: Sequence[Entry[R]]) -> None:
        deliveries = [self._in_hand.pop(entry.handle) for entry in entries]
        both = zip(entries, deliveries, strict=True)
        await self._reader.memory.ack([entry_with(entry, delivery) for entry, delivery in both])
        await self._reader.ended(deliveries)

    async def requeue(self, entries: Sequence[Entry[R]], delay: float = 0.0) -> None:
        again = [entry_with(entry, self._in_hand.pop(entry.handle)) for entry in entries]
        await self._reader.memory.requeue(again, delay)

    async def flush(self) -> None:
        """What is on the server when it is called is fetched first, as far as there is room in memory."""
        await self._reader.whole_pass()
        await self._reader.memory.flush()

    async def drain(self) -> None:
        """What is on the server now is taken out; what other processes put in afterwards is left for other readers."""
        if not self._is_open:
            return
        self._is_open = False
        self._producer.close()
        asked = self._books.asking()
        with suppress(*OUT_OF_REACH):
            self._books.note(await self._store.books(), asked)
        await self._reader.drain(self._books.now.held)

    async def close(self) -> Sequence[Entry[R]]:
        self._is_open = False
        self._producer.close()
        await self._reader.stop()
        return ()

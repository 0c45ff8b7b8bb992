"""The queue on streams does what every queue must do; and what only a durable one can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from coordinator.writes.limits import Overflow, QueueLimits
from ingest.streams import reader
from ingest.streams.queue import StreamQueue
from ingest.streams.store import StreamStore
from tests.coordinator.writes.conformance import QueueConformance
from tests.coordinator.writes.workbench import entries, soon, taken
from tests.fakes import VirtualClock, breathe
from tests.plugins.valkey import DurableValkey

PATIENCE_TURNS = 2000


class Text:
    """Records are words."""

    def encode(self, record: str) -> bytes:
        return record.encode()

    def decode(self, payload: bytes) -> str:
        return payload.decode()


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Waits for the server's answers, not for time."""
    for _ in range(PATIENCE_TURNS):
        if await is_so():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came to be")


class StreamBench:
    def __init__(self, redis: Redis) -> None:
        self.clock = VirtualClock()
        self.name = uuid4().hex
        self.queues: list[StreamQueue[str]] = []
        self._redis = redis

    async def queue(self, limits: QueueLimits) -> StreamQueue[str]:
        """Another process, as it were, on the same queue."""
        store = StreamStore(self._redis, self.name, consumer=uuid4().hex)
        self.queues.append(StreamQueue(limits, self.clock, store, Text()))
        return self.queues[-1]

    async def pass_time(self, seconds: float) -> None:
        await self.breathe()
        await self.clock.pass_time(seconds)
        await self.breathe()

    async def breathe_of(self, queue: StreamQueue[str]) -> None:
        """This reader has fetched what there is."""
        await eventually(lambda: self._has_all(queue))

    async def breathe(self) -> None:
        """Readers have fetched what there is."""
        for queue in self.queues:
            await eventually(lambda queue=queue: self._has_all(queue))  # type: ignore[misc]
        await breathe(40)

    async def _has_all(self, queue: StreamQueue[str]) -> bool:
        books = await queue._store.books()
        return queue._reader._task is None or queue.fetched >= books.held or queue._reader._task.done()

    async def close(self) -> None:
        for queue in self.queues:
            await queue.close()


@pytest.fixture
async def workbench(valkey: DurableValkey) -> AsyncIterator[StreamBench]:
    async with Redis.from_url(valkey.url) as redis:
        bench = StreamBench(redis)
        yield bench
        await bench.close()


class TestStreamQueue(QueueConformance):
    """What every queue must do."""


LIMITS = QueueLimits(batch_size=2, flush_interval=0.0)


async def both(bench: StreamBench, limits: QueueLimits = LIMITS) -> tuple[StreamQueue[str], StreamQueue[str]]:
    """The same queue as two processes see it."""
    return await bench.queue(limits), await bench.queue(limits)


async def test_what_one_process_puts_in_another_takes_out(workbench: StreamBench) -> None:
    web, writer = await both(workbench)

    await web.put(entries("1", "2"))
    batch = await taken(writer)
    await writer.ack(batch.entries)

    assert batch.records == ("1", "2")
    assert (await writer._store.books()).held == 0


async def test_two_readers_never_have_the_same_record(workbench: StreamBench) -> None:
    one, other = await both(workbench)
    await one.put(entries(*map(str, range(8))))

    batches = await asyncio.gather(*[taken(queue) for queue in (one, other, one, other)])

    assert sorted(record for batch in batches for record in batch.records) == sorted(map(str, range(8)))


@pytest.mark.proves("S-03", "S-04")
async def test_what_a_dead_reader_had_in_its_hands_goes_to_another_with_its_attempts(workbench: StreamBench) -> None:
    dead, heir = await both(workbench)
    await dead.put(entries("1", "2"))
    await taken(dead)
    dead._reader._task.cancel()  # type: ignore[union-attr]  # killed: it says nothing any more
    taking = asyncio.ensure_future(heir.take())
    await idle(workbench, dead, reader.CLAIM_SECONDS)

    batch = await soon(taking)

    assert batch is not None
    assert [(entry.record, entry.attempts) for entry in batch.entries] == [("1", 1), ("2", 1)]


async def idle(bench: StreamBench, queue: StreamQueue[str], seconds: float) -> None:
    """The server is told that nothing was heard of this reader for so long; the others' clock moves too."""
    for place, tickets in queue._reader._here.items():
        await queue._store._claim_again(place, tickets.values(), "IDLE", int(seconds * 1000))
    bench.clock._now += reader.HOLD_SECONDS
    for other in bench.queues:
        other._reader._nudge.set()


async def test_a_reader_that_lives_keeps_what_it_has_however_long_it_takes(workbench: StreamBench) -> None:
    slow, other = await both(workbench)
    await slow.put(entries("1", "2"))
    await taken(slow)
    taking = asyncio.ensure_future(other.take())
    await workbench.breathe_of(slow)

    await idle(workbench, slow, 1.0)
    await workbench.breathe_of(slow)

    assert not taking.done()
    taking.cancel()


@pytest.mark.proves("S-03")
async def test_what_a_closed_reader_leaves_another_has_at_once(workbench: StreamBench) -> None:
    first, second = await both(workbench)
    await first.put(entries("1", "2", "3"))
    await taken(first)

    assert await first.close() == ()
    workbench.clock._now += reader.HOLD_SECONDS

    second._reader._hold_at = workbench.clock.now()
    batches = [await taken(second), await taken(second)]
    assert sorted(record for batch in batches for record in batch.records) == ["1", "2", "3"]


@pytest.mark.proves("I-01")
async def test_an_end_that_two_readers_tell_is_counted_once(workbench: StreamBench) -> None:
    dead, heir = await both(workbench)
    await dead.put(entries("1", "2"))
    had = await taken(dead)
    await idle(workbench, dead, reader.CLAIM_SECONDS)
    has = await taken(heir)

    await heir.ack(has.entries)
    await dead.ack(had.entries)

    assert (await heir._store.books()).held == 0


async def test_a_bell_is_no_record_and_one_that_is_lost_costs_only_time(workbench: StreamBench) -> None:
    web, writer = await both(workbench)
    await web.put(entries("1", "2"))
    await web._store.wait_for_bell(1)  # somebody took the bell and died

    assert (await taken(writer)).records == ("1", "2")


async def test_bytes_that_are_no_record_are_put_aside_and_out_of_the_way(
    workbench: StreamBench, valkey: DurableValkey
) -> None:
    class Wrong(Text):
        def encode(self, record: str) -> bytes:
            return b"\xff" if record == "bad" else record.encode()

    queue = StreamQueue(LIMITS, workbench.clock, StreamStore(workbench._redis, workbench.name, "x"), Wrong())
    workbench.queues.append(queue)
    await queue.put(entries("bad", "good"))

    assert (await taken(queue)).records == ("good",)
    assert (await queue._store.books()).held == 1
    assert await workbench._redis.xlen(f"{{{workbench.name}}}:unreadable") == 1


async def test_a_stream_that_is_empty_takes_no_room_on_the_server(workbench: StreamBench) -> None:
    queue = await workbench.queue(LIMITS)
    for tenant in map(str, range(20)):
        await queue.put(entries("1", tenant=tenant))
    for _ in range(20):
        await queue.ack((await taken(queue)).entries)

    kept = [key async for key in workbench._redis.scan_iter(f"{{{workbench.name}}}:*")]
    assert not [key for key in kept if b":live:" in key]
    assert await workbench._redis.hgetall(f"{{{workbench.name}}}:books") == {b"all": b"0", b"bytes": b"0"}  # type: ignore[misc]


@pytest.mark.proves("Q-02")
async def test_a_durable_queue_refuses_to_give_up_what_it_has_accepted(workbench: StreamBench) -> None:
    with pytest.raises(ValueError, match="durable"):
        await workbench.queue(replace(LIMITS, overflow=Overflow.DROP_OLDEST))


@pytest.mark.proves("Q-02")
async def test_the_newest_may_be_given_up_where_that_is_the_strategy(workbench: StreamBench) -> None:
    queue = await workbench.queue(replace(LIMITS, capacity=1, overflow=Overflow.DROP_NEWEST))

    await queue.put(entries("1", "2"))

    assert queue.level.held == 1


@pytest.mark.proves("F-02")
async def test_one_tenant_holds_no_more_than_its_share_of_the_whole_queue(workbench: StreamBench) -> None:
    limits = replace(LIMITS, capacity=10, tenant_share=0.5, overflow=Overflow.ERROR)
    one, other = await both(workbench, limits)
    await one.put(entries(*map(str, range(5)), tenant="loud"))

    with pytest.raises(Exception, match="tenant_full"):
        await other.put(entries("6", tenant="loud"))
    await other.put(entries("1", tenant="quiet"))

    assert other.level.held == 6

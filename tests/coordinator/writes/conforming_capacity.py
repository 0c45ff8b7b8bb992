"""How full every queue may be, in entries and bytes, and what a producer of a full one gets or waits for."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.contract import QueueFullError, RecordTooLarge, SubmitTimeout
from coordinator.writes.limits import Overflow, QueueLimits
from coordinator.writes.ports import Queue
from tests.coordinator.writes.workbench import Workbench, entries, soon, taken


async def waiting_at(workbench: Workbench) -> tuple[Queue[str], asyncio.Future[None]]:
    """A queue that one record fills, and the producer of a second."""
    queue = await workbench.queue(QueueLimits(capacity=1, batch_size=1))
    await queue.put(entries("1"))
    return queue, asyncio.ensure_future(queue.put(entries("2")))


class Capacity:
    @pytest.mark.proves("Q-05")
    async def test_what_is_in_flight_counts_against_the_capacity_until_it_is_acknowledged(
        self, workbench: Workbench
    ) -> None:
        queue = await workbench.queue(QueueLimits(capacity=2, batch_size=2, overflow=Overflow.ERROR))
        await queue.put(entries("1", "2"))
        batch = await taken(queue)

        with pytest.raises(QueueFullError):
            await queue.put(entries("3"))

        await queue.ack(batch.entries[:1])
        await queue.put(entries("3"))
        assert queue.level.held == 2

    @pytest.mark.proves("Q-02")
    async def test_a_full_queue_says_how_many_it_has_accepted(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(capacity=2, overflow=Overflow.ERROR))

        with pytest.raises(QueueFullError) as refused:
            await queue.put(entries("1", "2", "3"))

        assert refused.value.accepted == 2
        assert queue.level.queued == 2

    @pytest.mark.proves("Q-02")
    async def test_a_producer_waits_until_there_is_room(self, workbench: Workbench) -> None:
        queue, waiting = await waiting_at(workbench)
        batch = await taken(queue)
        await workbench.breathe()
        assert not waiting.done()

        await queue.ack(batch.entries)

        await soon(waiting)
        assert (await taken(queue)).records == ("2",)

    @pytest.mark.proves("Q-03")
    async def test_a_producer_waits_no_longer_than_it_says(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(capacity=1))
        await queue.put(entries("1"))
        waiting = asyncio.ensure_future(queue.put(entries("2"), timeout=5.0))
        await workbench.pass_time(4.9)
        assert not waiting.done()

        await workbench.pass_time(0.2)

        with pytest.raises(SubmitTimeout):
            await soon(waiting)
        assert queue.level.held == 1

    @pytest.mark.proves("Q-10")
    async def test_a_cancelled_producer_leaves_nothing_and_takes_no_room(self, workbench: Workbench) -> None:
        queue, waiting = await waiting_at(workbench)
        await workbench.breathe()

        waiting.cancel()
        await asyncio.wait([waiting])
        await queue.ack((await taken(queue)).entries)

        assert queue.level.held == 0
        await soon(queue.put(entries("3")))
        assert (await taken(queue)).records == ("3",)

    @pytest.mark.proves("Q-05", "Q-06")
    async def test_bytes_are_limited_and_a_record_larger_than_all_is_refused_at_once(
        self, workbench: Workbench
    ) -> None:
        queue = await workbench.queue(QueueLimits(capacity_bytes=100, overflow=Overflow.ERROR))
        await queue.put(entries("1", size=60))

        with pytest.raises(RecordTooLarge):
            await queue.put(entries("huge", size=101))
        with pytest.raises(QueueFullError):
            await queue.put(entries("2", size=60))

        assert (queue.level.queued, queue.level.size) == (1, 60)

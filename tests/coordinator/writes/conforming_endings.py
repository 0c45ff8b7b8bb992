"""How every queue is flushed, drained and closed: nothing is lost unsaid, nobody waits for ever."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.contract import CoordinatorClosed, Trigger
from coordinator.writes.limits import QueueLimits
from tests.coordinator.writes.workbench import Workbench, entries, soon, taken


class Endings:
    @pytest.mark.proves("B-03")
    async def test_a_flush_makes_everything_due_and_returns_when_it_has_ended(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=100))
        await queue.put(entries("1", "2"))
        flushing = asyncio.ensure_future(queue.flush())

        batch = await taken(queue)
        assert batch.trigger is Trigger.FLUSH
        assert not flushing.done()
        await queue.ack(batch.entries)

        await soon(flushing)

    @pytest.mark.proves("B-03", "S-01")
    async def test_a_drained_queue_gives_what_is_left_and_then_nothing(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=100))
        await queue.put(entries("1"))

        await queue.drain()

        batch = await taken(queue)
        assert batch.records == ("1",)
        await queue.ack(batch.entries)
        assert await soon(queue.take()) is None
        with pytest.raises(CoordinatorClosed):
            await queue.put(entries("2"))

    async def test_workers_of_a_drained_queue_wait_as_long_as_something_may_come_back(
        self, workbench: Workbench
    ) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=1))
        await queue.put(entries("1"))
        batch = await taken(queue)
        await queue.drain()
        waiting = asyncio.ensure_future(queue.take())
        await workbench.breathe()
        assert not waiting.done()

        await queue.requeue(batch.entries)

        again = await soon(waiting)
        assert again is not None
        assert again.records == ("1",)

    @pytest.mark.proves("S-01", "W-R3")
    async def test_draining_wakes_producers_that_wait(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(capacity=1))
        await queue.put(entries("1"))
        waiting = asyncio.ensure_future(queue.put(entries("2")))
        await workbench.breathe()

        await queue.drain()

        with pytest.raises(CoordinatorClosed):
            await soon(waiting)

    @pytest.mark.proves("S-03")
    async def test_closing_returns_what_would_be_lost(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=1))
        await queue.put(entries("1", "2"))
        await taken(queue)

        left = await queue.close()

        assert sorted(entry.record for entry in left) == ([] if queue.is_durable else ["1", "2"])
        assert await soon(queue.take()) is None

"""What every queue does with entries that come back, at once, later, or in parts."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from coordinator.writes.limits import QueueLimits
from tests.coordinator.writes.workbench import Workbench, entries, soon, taken


class Returns:
    async def test_what_is_put_back_comes_again_before_the_others_with_its_attempts(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=2))
        await queue.put(entries("1", "2", "3", "4"))
        batch = await taken(queue)

        await queue.requeue([replace(entry, attempts=entry.attempts + 1) for entry in batch.entries])

        again = await taken(queue)
        assert [(entry.record, entry.attempts) for entry in again.entries] == [("1", 1), ("2", 1)]

    @pytest.mark.proves("R-01")
    async def test_what_is_put_back_with_a_delay_does_not_come_before(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=1))
        await queue.put(entries("1"))
        await queue.requeue((await taken(queue)).entries, delay=5.0)
        taking = asyncio.ensure_future(queue.take())

        await workbench.pass_time(4.9)
        assert not taking.done()
        await workbench.pass_time(0.2)

        batch = await soon(taking)
        assert batch is not None
        assert batch.records == ("1",)

    async def test_a_batch_may_end_in_parts(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=3))
        await queue.put(entries("1", "2", "3"))
        batch = await taken(queue)

        await queue.ack(batch.entries[:1])
        await queue.requeue(batch.entries[1:2])
        await queue.ack(batch.entries[2:])
        await queue.drain()

        assert (await taken(queue)).records == ("2",)
        assert queue.level.held == 1

    @pytest.mark.proves("Q-10")
    async def test_a_cancelled_take_loses_nothing(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=1))
        taking = asyncio.ensure_future(queue.take())
        await workbench.breathe()
        await queue.put(entries("1"))

        taking.cancel()
        await asyncio.wait([taking])

        if taking.cancelled():
            assert (await taken(queue)).records == ("1",)

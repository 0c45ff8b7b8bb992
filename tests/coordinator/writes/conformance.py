"""What every `Queue` must do, in memory or in a stream: inherit from `QueueConformance` and say how yours is made.

    class TestMyQueue(QueueConformance):
        @pytest.fixture
        async def workbench(self) -> AsyncIterator[Workbench]: ...

A workbench makes queues and lets time pass; nothing here sleeps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import Protocol

import pytest

from coordinator.writes.contract import CoordinatorClosed, Lane, QueueFullError, RecordTooLarge, SubmitTimeout, Trigger
from coordinator.writes.entries import Batch, Entry
from coordinator.writes.limits import Overflow, QueueLimits
from coordinator.writes.ports import Queue

PATIENCE = 10.0
"""Seconds of real time after which a wait is a hang."""


class Workbench(Protocol):
    async def queue(self, limits: QueueLimits) -> Queue[str]:
        """A new, empty queue."""
        ...

    async def pass_time(self, seconds: float) -> None:
        """Of the queue's clock; what became due has happened."""
        ...

    async def breathe(self) -> None:
        """Everything that is under way and needs no time has happened."""
        ...


async def soon[T](awaitable: Awaitable[T]) -> T:
    return await asyncio.wait_for(awaitable, PATIENCE)


def entries(*records: str, tenant: str = "a", lane: Lane = Lane.LIVE, size: int = 0) -> list[Entry[str]]:
    return [Entry(record, tenant, lane, size) for record in records]


async def taken(queue: Queue[str]) -> Batch[str]:
    batch = await soon(queue.take())
    assert batch is not None
    return batch


class Levels:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.levels: list[int] = []
        self.drops: list[tuple[str, str]] = []
        self.accepts = 0

    def accepted(self, count: int) -> None:
        self.accepts += count

    def level_changed(self, level: int) -> None:
        self.levels.append(level)

    def dropped(self, entry: Entry[str], reason: str) -> None:
        self.drops.append((entry.record, reason))


class QueueConformance:
    # ---- batches

    @pytest.mark.proves("B-01")
    async def test_a_full_batch_is_taken_at_once_and_in_order(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=3))

        await queue.put(entries("1", "2", "3"))

        batch = await taken(queue)
        assert batch.records == ("1", "2", "3")
        assert batch.trigger is Trigger.SIZE

    @pytest.mark.proves("B-01")
    async def test_a_lone_entry_is_taken_when_it_has_waited_the_flush_interval(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=3, flush_interval=1.0))
        taking = asyncio.ensure_future(queue.take())
        await queue.put(entries("1"))

        await workbench.pass_time(0.9)
        assert not taking.done()
        await workbench.pass_time(0.2)

        batch = await soon(taking)
        assert batch is not None
        assert (batch.records, batch.trigger) == (("1",), Trigger.INTERVAL)

    @pytest.mark.proves("B-01", "B-02", "W-R1")
    async def test_after_a_long_idle_time_the_interval_still_counts_from_the_first_entry(
        self, workbench: Workbench
    ) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=100, flush_interval=1.0))
        taking = asyncio.ensure_future(queue.take())
        await workbench.pass_time(60)
        await queue.put(entries("1"))
        await workbench.pass_time(0.5)
        await queue.put(entries("2"))

        await workbench.pass_time(0.6)

        batch = await soon(taking)
        assert batch is not None
        assert batch.records == ("1", "2")

    @pytest.mark.proves("B-01")
    async def test_one_more_than_a_batch_makes_two_batches(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=2, flush_interval=1.0))
        await queue.put(entries("1", "2", "3"))
        first = await taken(queue)
        rest = asyncio.ensure_future(queue.take())

        await workbench.pass_time(1.1)

        second = await soon(rest)
        assert second is not None
        assert (first.records, second.records) == (("1", "2"), ("3",))

    @pytest.mark.proves("B-04")
    async def test_a_batch_holds_one_tenant_and_one_lane(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=10))
        await queue.put([*entries("1"), *entries("2", tenant="b"), *entries("3", lane=Lane.BULK), *entries("4")])
        await queue.drain()

        batches = [await taken(queue) for _ in range(3)]

        assert sorted(batch.records for batch in batches) == [("1", "4"), ("2",), ("3",)]
        assert all(len({(entry.tenant, entry.lane) for entry in batch.entries}) == 1 for batch in batches)

    @pytest.mark.proves("F-04")
    async def test_the_live_lane_goes_before_the_bulk_lane(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=2))
        await queue.put(entries("b1", "b2", lane=Lane.BULK))
        await queue.put(entries("l1", "l2"))

        first, second = await taken(queue), await taken(queue)

        assert (first.lane, second.lane) == (Lane.LIVE, Lane.BULK)

    @pytest.mark.proves("F-01")
    async def test_a_small_tenant_waits_for_one_turn_of_a_large_one_not_for_all_of_it(
        self, workbench: Workbench
    ) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=10))
        await queue.put(entries(*map(str, range(100)), tenant="a"))
        await queue.put(entries("mine", tenant="b"))
        await queue.drain()

        tenants = [(await taken(queue)).tenant for _ in range(3)]

        assert "b" in tenants

    # ---- capacity

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
        queue = await workbench.queue(QueueLimits(capacity=1, batch_size=1))
        await queue.put(entries("1"))
        waiting = asyncio.ensure_future(queue.put(entries("2")))
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
        queue = await workbench.queue(QueueLimits(capacity=1, batch_size=1))
        await queue.put(entries("1"))
        waiting = asyncio.ensure_future(queue.put(entries("2")))
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

    # ---- coming back

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

    # ---- flushing, draining, closing

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

    # ---- telling

    @pytest.mark.proves("Q-07", "Q-05")
    async def test_an_observer_hears_how_much_is_held(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=2))
        levels = Levels()
        queue.attach(levels)

        await queue.put(entries("1", "2"))
        batch = await taken(queue)
        await queue.ack(batch.entries)

        assert levels.accepts == 2
        assert levels.levels[0] == 2
        assert levels.levels[-1] == 0

    @pytest.mark.proves("Q-01")
    async def test_putting_nothing_does_nothing(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits())

        await queue.put([])

        assert queue.level.held == 0

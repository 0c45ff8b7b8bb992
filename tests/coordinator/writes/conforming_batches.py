"""How every queue makes batches: by size or interval, of one tenant and lane, small tenants between large ones."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.contract import Lane, Trigger
from coordinator.writes.limits import QueueLimits
from tests.coordinator.writes.workbench import Workbench, entries, soon, taken


class Batches:
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

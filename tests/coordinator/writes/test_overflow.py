"""Where there is no room, records wait, are dropped or are refused, as the strategy says, and each is counted."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.contract import CoordinatorClosed, End, Lane, QueueFullError, RecordTooLarge, SubmitTimeout
from tests.coordinator.writes.bench import Bench, names, tenant_of, until
from tests.fakes import breathe


@pytest.mark.proves("Q-02")
async def test_of_many_that_want_the_last_place_one_gets_it(bench: Bench) -> None:
    coordinator = await bench.running(capacity=3, overflow_strategy="error")
    await coordinator.submit_many(names(2))

    results = await asyncio.gather(*(coordinator.submit(name) for name in names(10)), return_exceptions=True)

    assert sum(isinstance(result, QueueFullError) for result in results) == 9
    assert coordinator.health().balance.rejected == 9


@pytest.mark.proves("Q-02")
async def test_the_oldest_are_dropped_in_order_of_age_and_told_once_each(bench: Bench) -> None:
    dropped: list[str] = []
    coordinator = await bench.running(capacity=3, overflow_strategy="drop_oldest", drop_callback=dropped.append)
    old = await coordinator.submit_many(names(3))

    await coordinator.submit_many(["new 1", "new 2"])
    await bench.clock.pass_time(1)

    assert dropped == ["0", "1"]
    assert [receipt.ending.code for receipt in old[:2] if receipt.ending] == ["oldest", "oldest"]
    assert bench.store.rows == ["2", "new 1", "new 2"]


@pytest.mark.proves("Q-02")
async def test_what_is_in_flight_is_never_dropped(bench: Bench) -> None:
    bench.store.gate = asyncio.Event()
    coordinator = await bench.running(capacity=2, batch_size=2, overflow_strategy="drop_oldest")
    await coordinator.submit_many(["a", "b"])
    await until(lambda: bench.store.under_way == 1)

    receipt = await coordinator.submit("c")
    bench.store.gate.set()
    await bench.clock.pass_time(1)

    assert receipt.ending is not None
    assert (receipt.ending.end, receipt.ending.code) == (End.DROPPED, "newest")
    assert bench.store.rows == ["a", "b"]


@pytest.mark.proves("Q-04")
async def test_dropping_the_newest_gives_up_what_comes_and_counts_it(bench: Bench) -> None:
    dropped: list[str] = []
    coordinator = await bench.running(capacity=2, overflow_strategy="drop_newest", drop_callback=dropped.append)

    receipts = await coordinator.submit_many(names(4))
    await bench.clock.pass_time(1)

    assert [receipt.ending.end for receipt in receipts if receipt.ending] == [End.WRITTEN] * 2 + [End.DROPPED] * 2
    assert dropped == ["2", "3"]
    assert coordinator.health().balance.dropped == 2


@pytest.mark.proves("F-02")
async def test_the_tenant_most_over_its_share_loses_its_oldest(bench: Bench) -> None:
    dropped: list[str] = []
    coordinator = await bench.running(
        {"tenant_of": tenant_of}, capacity=10, overflow_strategy="drop_oldest", drop_callback=dropped.append
    )
    await coordinator.submit_many([*names(2, "b:"), *names(8, "a:")])

    await coordinator.submit_many(names(3, "c:"))
    await bench.clock.pass_time(1)

    assert dropped == ["a:0", "a:1", "a:2"]


@pytest.mark.proves("F-02")
async def test_a_tenant_at_its_quota_waits_alone(bench: Bench) -> None:
    bench.store.gate = asyncio.Event()
    coordinator = await bench.running({"tenant_of": tenant_of, "tenant_share": 0.5}, capacity=10)
    flooding = asyncio.ensure_future(coordinator.submit_many(names(8, "a:")))
    await breathe()
    assert not flooding.done()

    await asyncio.wait_for(coordinator.submit_many(names(5, "b:")), 1)

    assert coordinator.health().queue_size == 10
    bench.store.gate.set()
    await bench.in_time(flooding)


@pytest.mark.proves("F-04")
async def test_the_bulk_lane_leaves_room_for_the_live_lane(bench: Bench) -> None:
    coordinator = await bench.running({"bulk_share": 0.5}, capacity=10, overflow_strategy="error")

    with pytest.raises(QueueFullError) as refused:
        await coordinator.submit_many(names(8), lane=Lane.BULK)

    assert refused.value.accepted == 5
    await coordinator.submit_many(names(5, "live "))


@pytest.mark.proves("Q-03")
async def test_a_caller_says_how_long_it_waits_for_room(bench: Bench) -> None:
    bench.store.gate = asyncio.Event()
    coordinator = await bench.running(capacity=2, batch_size=2)
    submitting = asyncio.ensure_future(coordinator.submit_many(names(3), timeout=5))
    await bench.clock.pass_time(4.9)
    assert not submitting.done()

    await bench.clock.pass_time(0.2)

    error = submitting.exception()
    assert isinstance(error, SubmitTimeout)
    assert (error.accepted, coordinator.health().balance.rejected) == (2, 1)


@pytest.mark.proves("Q-05", "Q-06")
async def test_bytes_are_counted_too_and_a_giant_is_refused_at_once(bench: Bench) -> None:
    coordinator = await bench.running({"capacity_bytes": 10, "size_of": len})

    with pytest.raises(RecordTooLarge):
        await coordinator.submit("x" * 11)
    await coordinator.submit("x" * 10)
    waiting = asyncio.ensure_future(coordinator.submit("y"))
    await breathe()
    assert not waiting.done()

    await bench.in_time(waiting)

    balance = coordinator.health().balance
    assert (balance.rejected, balance.accepted) == (1, 2)


@pytest.mark.proves("Q-10", "S-01")
async def test_a_call_that_is_cut_off_says_how_far_it_came(bench: Bench) -> None:
    bench.store.gate = asyncio.Event()
    coordinator = await bench.running(capacity=2)
    submitting = asyncio.ensure_future(coordinator.submit_many(names(5)))
    await breathe()

    stopping = asyncio.ensure_future(coordinator.stop(timeout=5))
    await breathe()

    error = submitting.exception()
    assert isinstance(error, CoordinatorClosed)
    assert error.accepted == 2
    bench.store.gate.set()
    report = await bench.in_time(stopping)
    assert (report.balance.submitted, report.balance.written) == (5, 2)

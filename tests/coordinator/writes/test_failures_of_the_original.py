"""The twelve failures reproduced in the coordinator this one succeeds. Each must not happen here.

`python -m tests.faults.put_back` puts each fault into a copy of the engine and shows that its test turns red.
"""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.breaker import BreakerPolicy, BreakerState
from coordinator.writes.contract import CoordinatorClosed, End, SinkUnavailable
from coordinator.writes.health import State
from coordinator.writes.policy import RetryPolicy
from tests.coordinator.writes.bench import Bench, names, until
from tests.fakes import breathe


@pytest.mark.proves("W-R1", "B-02")
async def test_items_after_a_long_idle_time_are_written_within_the_flush_interval(bench: Bench) -> None:
    coordinator = await bench.running(workers=2, flush_interval=0.25)
    await bench.clock.pass_time(3600)
    assert bench.clock.armed == 0

    await coordinator.submit_many(names(20))
    await bench.clock.pass_time(0.25)

    assert bench.store.rows == names(20)


@pytest.mark.proves("W-R2", "P-01")
async def test_one_bad_record_costs_only_itself_and_no_worker(bench: Bench) -> None:
    coordinator = await bench.running(workers=1, batch_size=50)
    bench.store.bad = {"31"}

    await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(names(50))))

    assert set(bench.store.rows) == set(names(50)) - {"31"}
    assert bench.letters.records == ["31"]
    assert coordinator.health().workers_alive == 1


@pytest.mark.proves("W-R3", "S-04")
async def test_a_sink_that_always_fails_leaves_no_producer_waiting_for_ever(bench: Bench) -> None:
    coordinator = await bench.running(capacity=10, batch_size=5, workers=2)
    bench.store.is_away = True

    submitting = asyncio.ensure_future(coordinator.submit_many(names(40)))
    receipts = await bench.in_time(submitting, seconds=600)
    await bench.clock.pass_time(600)

    assert {receipt.ending.end for receipt in receipts if receipt.ending} == {End.DEAD_LETTERED}
    assert sorted(bench.letters.records, key=int) == names(40)
    assert coordinator.health().workers_alive == 2


@pytest.mark.proves("W-R4", "R-02")
async def test_a_lost_connection_is_tried_again(bench: Bench) -> None:
    coordinator = await bench.running()
    bench.store.troubles.append(ConnectionResetError())

    endings = await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(["one"])))

    assert [ending.end for ending in endings] == [End.WRITTEN]
    assert coordinator.health().workers_alive == 4


@pytest.mark.proves("W-R5", "Q-08")
async def test_a_backpressure_callback_may_submit(bench: Bench) -> None:
    async def submit_more() -> None:
        await coordinator.submit("from the callback")

    coordinator = await bench.running(capacity=10, high_watermark=4, low_watermark=1, on_backpressure_high=submit_more)
    await coordinator.submit_many(names(5))

    await bench.clock.pass_time(1)

    assert "from the callback" in bench.store.rows


@pytest.mark.proves("W-R6", "Q-08")
async def test_a_slow_callback_delays_neither_producers_nor_writers(bench: Bench) -> None:
    hanging = asyncio.Event()

    async def hang() -> None:
        await hanging.wait()

    coordinator = await bench.running(
        capacity=10, batch_size=1, high_watermark=2, low_watermark=0, on_backpressure_high=hang
    )
    began = bench.clock.now()

    await asyncio.wait_for(coordinator.submit_many(names(20)), 5)
    await until(lambda: len(bench.store.rows) == 20)

    assert bench.clock.now() == began
    hanging.set()


@pytest.mark.proves("W-R7", "S-02")
async def test_stop_keeps_its_deadline_while_the_circuit_is_open(bench: Bench) -> None:
    coordinator = await bench.running({"breaker": BreakerPolicy(failures=1, cooldown=60)}, workers=1)
    bench.store.is_away = True
    await coordinator.submit_many(names(3))
    await bench.clock.pass_time(0.3)
    assert coordinator.health().breaker is BreakerState.OPEN
    began = bench.clock.now()

    report = await bench.in_time(asyncio.ensure_future(coordinator.stop(timeout=0.5)), seconds=5)

    assert bench.clock.now() - began <= 0.6
    assert report.seconds <= 0.5
    assert (report.spilled, report.balance.dead_lettered) == (3, 3)


@pytest.mark.proves("W-R8", "C-01")
async def test_a_half_open_circuit_lets_one_probe_pass(bench: Bench) -> None:
    coordinator = await bench.running(
        {"breaker": BreakerPolicy(failures=1, cooldown=5)}, workers=10, batch_size=1,
        retry_policy=RetryPolicy(initial_backoff_ms=0),
    )  # fmt: skip
    bench.store.troubles.append(SinkUnavailable())
    await coordinator.submit("first")
    await breathe()
    await coordinator.submit_many(names(10))
    bench.store.gate = asyncio.Event()
    bench.store.calls.clear()

    await bench.clock.pass_time(5.1)

    assert len(bench.store.calls) == 1
    bench.store.gate.set()
    await bench.clock.pass_time(1)
    assert len(bench.store.rows) == 11


@pytest.mark.proves("W-R9", "S-01")
async def test_a_stopped_coordinator_accepts_nothing_and_does_not_start_again(bench: Bench) -> None:
    coordinator = await bench.running()
    await bench.in_time(asyncio.ensure_future(coordinator.stop()))

    with pytest.raises(CoordinatorClosed):
        await coordinator.submit("too late")
    with pytest.raises(CoordinatorClosed):
        await coordinator.start()

    assert coordinator.state is State.STOPPED
    assert coordinator.health().balance.accepted == 0


@pytest.mark.proves("W-R10", "Q-02")
async def test_dropping_the_oldest_never_waits_whatever_the_drop_callback_does(bench: Bench) -> None:
    hanging = asyncio.Event()

    async def hang(_: str) -> None:
        await hanging.wait()

    bench.store.gate = asyncio.Event()
    coordinator = await bench.running(capacity=2, overflow_strategy="drop_oldest", drop_callback=hang)
    await coordinator.submit_many(["a", "b"])

    putting = [asyncio.ensure_future(coordinator.submit(name)) for name in names(6)]
    await breathe()

    assert all(put.done() for put in putting)
    assert coordinator.health().balance.dropped == 6
    hanging.set()


@pytest.mark.proves("W-R11", "Q-02")
async def test_a_drop_callback_that_raises_costs_neither_the_new_item_nor_the_count(bench: Bench) -> None:
    def fail(_: str) -> None:
        raise ZeroDivisionError

    coordinator = await bench.running(capacity=2, overflow_strategy="drop_oldest", drop_callback=fail)
    old = await coordinator.submit_many(["a", "b"])

    new = await coordinator.submit("c")
    await bench.clock.pass_time(1)

    assert (new.ending and new.ending.end, old[0].ending and old[0].ending.end) == (End.WRITTEN, End.DROPPED)
    assert bench.store.rows == ["b", "c"]
    assert bench.meter.counts["coordinator_callback_errors"] == 1


@pytest.mark.proves("W-R12", "C-02")
async def test_an_open_circuit_costs_no_attempts(bench: Bench) -> None:
    coordinator = await bench.running(
        {"breaker": BreakerPolicy(failures=3, cooldown=60)}, workers=1,
        retry_policy=RetryPolicy(max_attempts=5, max_elapsed=30),
    )  # fmt: skip
    bench.store.is_away = True

    await coordinator.submit("one")
    await bench.clock.pass_time(600)

    assert len(bench.store.calls) == 5
    assert [(letter.code, letter.attempts) for letter in bench.letters.kept] == [("exhausted", 5)]

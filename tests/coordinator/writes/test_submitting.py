"""Records come in: defaults, batches, receipts, overflow."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence

import pytest

from coordinator.writes.contract import (
    BatchReport,
    CoordinatorClosed,
    End,
    Lane,
    QueueFullError,
    RecordRejected,
    RecordTooLarge,
    SubmitTimeout,
)
from coordinator.writes.limits import QueueLimits
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.coordinator.writes.bench import Bench, names, tenant_of, until
from tests.fakes import breathe


@pytest.mark.proves("Q-01")
def test_names_and_defaults_are_those_of_the_seed() -> None:
    parameters = inspect.signature(WriteCoordinator.__init__).parameters
    defaults = {name: one.default for name, one in parameters.items() if name not in {"self", "sink", "options"}}

    assert defaults == {
        "capacity": 10_000,
        "workers": 4,
        "batch_size": 500,
        "flush_interval": 0.25,
        "high_watermark": None,
        "low_watermark": None,
        "overflow_strategy": "block",
        "on_backpressure_high": None,
        "on_backpressure_low": None,
        "drop_callback": None,
        "retry_policy": None,
    }
    assert RetryPolicy() == RetryPolicy(
        max_attempts=5, initial_backoff_ms=50, max_backoff_ms=2000, backoff_multiplier=2.0, jitter=True
    )


@pytest.mark.proves("Q-01", "Q-07")
async def test_pressure_is_high_at_8000_and_low_at_5000_of_the_default_capacity(bench: Bench) -> None:
    told: list[str] = []
    coordinator = await bench.running(
        on_backpressure_high=lambda: told.append("high"), on_backpressure_low=lambda: told.append("low")
    )
    bench.store.gate = asyncio.Event()

    await coordinator.submit_many(names(7_999))
    await breathe()
    assert told == []
    await coordinator.submit("one more")
    await breathe()
    assert told == ["high"]

    bench.store.gate.set()
    await bench.clock.pass_time(1)
    assert told == ["high", "low"]
    assert {len(call) for call in bench.store.calls} == {500}


@pytest.mark.proves("Q-01")
@pytest.mark.parametrize("capacity", [1, 2, 3, 5, 10, 10_000])
def test_every_capacity_has_watermarks_that_make_sense(bench: Bench, capacity: int) -> None:
    assert bench.coordinator(capacity=capacity).health().capacity == capacity


@pytest.mark.proves("Q-01")
@pytest.mark.parametrize(
    "wrong",
    [
        {"capacity": 0},
        {"batch_size": 0},
        {"flush_interval": -1.0},
        {"workers": 0},
        {"high_watermark": 5, "low_watermark": 5},
        {"high_watermark": 20_000},
        {"overflow_strategy": "hope"},
        {"more": {"tenant_share": 0.0}},
        {"more": {"bulk_share": 1.5}},
        {"more": {"max_workers": 1}},
        {"more": {"capacity_bytes": 0}},
    ],
    ids=str,
)
def test_limits_that_make_no_sense_are_refused(bench: Bench, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"expected|hope"):
        bench.coordinator(**wrong)  # type: ignore[arg-type]


@pytest.mark.proves("B-01")
@pytest.mark.parametrize(("records", "calls"), [(0, 0), (1, 1), (5, 1), (6, 2)])
async def test_so_many_records_make_so_many_writes(bench: Bench, records: int, calls: int) -> None:
    coordinator = await bench.running(batch_size=5)

    await coordinator.submit_many(names(records))
    await bench.clock.pass_time(1)

    assert len(bench.store.calls) == calls
    assert sorted(bench.store.rows) == sorted(names(records))


@pytest.mark.proves("B-05")
async def test_the_sink_gets_a_tuple_that_stays_as_it_was(bench: Bench) -> None:
    kept: list[object] = []
    original = bench.store.write

    async def write(batch: Sequence[str]) -> BatchReport | None:
        kept.append(batch)
        return await original(batch)

    bench.store.write = write  # type: ignore[method-assign]
    coordinator = await bench.running(batch_size=2)

    await coordinator.submit_many(names(4))
    await bench.clock.pass_time(1)

    assert kept == [("0", "1"), ("2", "3")]
    assert all(type(batch) is tuple for batch in kept)


@pytest.mark.proves("I-01")
async def test_a_caller_learns_how_its_records_ended(bench: Bench) -> None:
    coordinator = await bench.running(batch_size=10)
    bench.store.bad = {"bad"}
    bench.store.known.add("known")
    waiting = asyncio.ensure_future(coordinator.submit_and_wait(["new", "known", "bad"]))
    await breathe()
    assert not waiting.done()

    endings = await bench.in_time(waiting)

    assert [ending.end for ending in endings] == [End.WRITTEN, End.DEDUPLICATED, End.DEAD_LETTERED]
    assert [ending.code for ending in endings] == ["", "", "rejected"]


@pytest.mark.proves("I-01")
async def test_who_stops_waiting_takes_nothing_back(bench: Bench) -> None:
    coordinator = await bench.running()
    waiting = asyncio.ensure_future(coordinator.submit_and_wait(["one"]))
    await breathe()

    waiting.cancel()
    await bench.clock.pass_time(1)

    assert bench.store.rows == ["one"]


@pytest.mark.proves("I-01")
async def test_an_answer_that_is_lost_after_the_commit_has_no_double_effect(bench: Bench) -> None:
    coordinator = await bench.running()
    bench.store.late_troubles.append(ConnectionResetError())

    endings = await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(names(3))))

    assert bench.store.rows == names(3)
    assert {ending.end for ending in endings} == {End.DEDUPLICATED}
    assert coordinator.health().balance.deduplicated == 3


@pytest.mark.proves("P-05")
async def test_what_no_store_would_take_is_refused_before_it_is_accepted(bench: Bench) -> None:
    def validate(record: str) -> None:
        if "\0" in record:
            raise RecordRejected("NUL")

    coordinator = await bench.running({"validate": validate})

    with pytest.raises(RecordRejected):
        await coordinator.submit_many(["good", "bad\0"])

    balance = coordinator.health().balance
    assert (balance.rejected, balance.accepted) == (2, 0)


# ---- overflow


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


@pytest.mark.proves("B-03")
async def test_a_flush_writes_at_once_and_returns_when_all_has_ended(bench: Bench) -> None:
    coordinator = await bench.running(flush_interval=60)
    await coordinator.submit_many(names(3))

    await asyncio.wait_for(coordinator.flush(), 1)

    assert bench.store.rows == names(3)
    await asyncio.wait_for(coordinator.flush(), 1)


@pytest.mark.proves("B-03")
async def test_a_flush_waits_no_longer_than_it_is_told(bench: Bench) -> None:
    bench.store.gate = asyncio.Event()
    coordinator = await bench.running()
    await coordinator.submit("one")
    flushing = asyncio.ensure_future(coordinator.flush(timeout=2))

    await bench.clock.pass_time(2.1)

    assert isinstance(flushing.exception(), TimeoutError)


@pytest.mark.proves("Q-05", "B-01")
def test_a_queues_own_defaults_are_the_coordinators() -> None:
    limits = QueueLimits()

    assert (limits.capacity, limits.batch_size, limits.flush_interval) == (10_000, 500, 0.25)

"""What the outside hears: callbacks, subscribers, metrics, the log, health, spans."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from coordinator.writes.breaker import BreakerState
from coordinator.writes.entries import Batch
from coordinator.writes.health import State, readings
from coordinator.writes.journal import Journal
from coordinator.writes.pressure import Pressure
from tests.coordinator.writes.bench import Bench, FakeLog, names
from tests.fakes import VirtualClock, breathe


@pytest.mark.proves("Q-07", "Q-08")
async def test_crossings_faster_than_their_callbacks_are_told_alternating_and_end_right(bench: Bench) -> None:
    told: list[str] = []
    slow = asyncio.Event()

    async def high() -> None:
        told.append("high")
        await slow.wait()

    coordinator = await bench.running(
        capacity=4, batch_size=1, high_watermark=3, low_watermark=0, flush_interval=0,
        on_backpressure_high=high, on_backpressure_low=lambda: told.append("low"),
    )  # fmt: skip
    for _ in range(6):
        await coordinator.submit_many(names(4))
        await coordinator.flush()
    slow.set()
    await breathe(50)

    assert told == ["high", "low"]


@pytest.mark.proves("Q-08")
async def test_a_callback_that_hangs_is_cut_off_and_counted(bench: Bench) -> None:
    told: list[str] = []

    async def hang() -> None:
        await asyncio.Event().wait()

    coordinator = await bench.running(
        {"callback_seconds": 2.0}, capacity=10,
        on_backpressure_high=hang, on_backpressure_low=lambda: told.append("low"),
    )  # fmt: skip
    await coordinator.submit_many(names(9))
    await bench.clock.pass_time(3)

    assert told == ["low"]
    error = (("callback", "backpressure"), ("error", "TimeoutError"))
    assert bench.meter.labelled["coordinator_callback_errors", error] == 1


@pytest.mark.proves("Q-09")
async def test_subscribers_hear_soft_and_hard_of_their_own_coordinator(bench: Bench) -> None:
    mine: list[Pressure] = []
    others: list[Pressure] = []
    coordinator, other = await bench.running(capacity=10), await bench.running(capacity=10)
    end = coordinator.subscribe(mine.append)
    other.subscribe(others.append)

    await coordinator.submit_many(names(8))
    await breathe()
    await coordinator.submit_many(names(2))
    await breathe()
    assert (coordinator.pressure, coordinator.health().is_ready) == (Pressure.HARD, False)
    await bench.clock.pass_time(1)
    end()
    await coordinator.submit_many(names(9))

    assert mine == [Pressure.SOFT, Pressure.HARD, Pressure.CALM]
    assert others == []


@pytest.mark.proves("M-01", "M-03")
async def test_writes_batches_and_errors_are_metered(bench: Bench) -> None:
    coordinator = await bench.running(batch_size=5)
    bench.store.troubles.append(TimeoutError())
    await coordinator.submit_many(names(7))
    await bench.clock.pass_time(3)

    writes = {dict(labels)["status"]: n for (name, labels), n in bench.meter.labelled.items() if name == "sink_writes"}
    triggers = {dict(x)["trigger"] for name, x in bench.meter.labelled if name == "coordinator_batches"}
    assert writes == {"failure": 1, "success": 2}
    assert triggers == {"size", "interval"}
    assert sum(bench.meter.timings["coordinator_batch_records"]) == 7 + 5
    assert len(bench.meter.timings["sink_write_latency_seconds"]) == 3


@pytest.mark.proves("M-01", "M-02", "M-03", "H-01")
async def test_health_says_everything_a_scrape_wants(bench: Bench) -> None:
    coordinator = await bench.running(capacity=100, overflow_strategy="drop_oldest", workers=2, flush_interval=60)
    await coordinator.submit_many(names(103))
    await bench.clock.pass_time(7)

    health = coordinator.health()
    figures = {(reading.name, reading.labels): reading.value for reading in readings(health)}

    assert (health.workers_alive, health.queue_size, health.capacity) == (2, 100, 100)
    assert (health.state, health.breaker, health.in_flight) == (State.RUNNING, BreakerState.CLOSED, 0)
    assert health.oldest_age == pytest.approx(7)
    assert health.retry_after == 1.0
    assert figures["coordinator_items_submitted", ()] == 103
    assert figures["coordinator_items_ended", (("end", "dropped"),)] == 3
    assert figures["coordinator_queue_depth", ()] == 100
    assert figures["coordinator_books_difference", ()] == 0
    assert figures["coordinator_circuit_state", (("state", "closed"),)] == 1


@pytest.mark.proves("H-01")
async def test_an_open_circuit_says_when_to_come_back_and_what_went_wrong(bench: Bench) -> None:
    coordinator = await bench.running(capacity=10, batch_size=1, flush_interval=0)
    bench.store.is_away = True
    await coordinator.submit_many(names(9))
    await bench.clock.pass_time(2)

    health = coordinator.health()

    assert health.breaker is BreakerState.OPEN
    assert 5 < health.retry_after <= 10
    assert health.last_error == "ConnectionResetError"


@pytest.mark.proves("H-02")
async def test_every_batch_has_a_span_around_its_writing(bench: Bench) -> None:
    spans: list[tuple[str, int, int]] = []

    @contextmanager
    def span(batch: Batch[str]) -> Iterator[None]:
        spans.append(("begins", len(batch), len(bench.store.rows)))
        yield
        spans.append(("ends", len(batch), len(bench.store.rows)))

    coordinator = await bench.running({"trace": span})
    await coordinator.submit_many(names(3))
    await bench.clock.pass_time(1)

    assert spans == [("begins", 3, 0), ("ends", 3, 3)]


@pytest.mark.proves("M-04")
def test_the_same_thing_is_logged_once_a_minute_with_the_number_of_times_it_was_not() -> None:
    clock, log = VirtualClock(), FakeLog()
    journal = Journal(clock, log)
    for _ in range(1000):
        journal.note("sink_failed", error="TimeoutError")
    journal.note("worker_died")
    clock._now += 61

    journal.note("sink_failed", error="TimeoutError")

    assert log.events == ["sink_failed", "worker_died", "sink_failed"]
    assert log.lines[-1][1] == {"withheld": 999, "error": "TimeoutError"}


@pytest.mark.proves("M-04")
async def test_no_record_ever_stands_in_the_log(bench: Bench) -> None:
    secret = "jane.doe@example.org"
    bench.store.bad = {secret}
    bench.store.troubles.append(ConnectionResetError(secret))
    bench.letters.is_broken = bench.spool.is_broken = True
    coordinator = await bench.running()

    await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait([secret])))

    assert {"sink_failed", "dead_letters_not_kept", "records_abandoned"} <= set(bench.log.events)
    assert secret not in str(bench.log.lines)

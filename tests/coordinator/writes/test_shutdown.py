"""The end: whenever and however it comes, it comes in time and accounts for everything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from coordinator.writes.breaker import BreakerPolicy
from coordinator.writes.contract import CoordinatorClosed, SinkUnavailable
from coordinator.writes.health import DrainReport, State
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.coordinator.writes.bench import Bench, names, until
from tests.coordinator.writes.settings import Settings
from tests.fakes import breathe

Coordinator = WriteCoordinator[str]
Situation = Callable[[Bench, Coordinator], Awaitable[None]]


async def empty(bench: Bench, coordinator: Coordinator) -> None:
    pass


async def a_partial_batch(bench: Bench, coordinator: Coordinator) -> None:
    await coordinator.submit_many(names(3))


async def a_full_queue(bench: Bench, coordinator: Coordinator) -> None:
    await coordinator.submit_many(names(20))


async def during_a_write(bench: Bench, coordinator: Coordinator) -> None:
    bench.store.gate = asyncio.Event()
    await coordinator.submit_many(names(5))
    await until(lambda: bench.store.under_way > 0)
    bench.clock.call_later(0.5, bench.store.gate.set)


async def a_sink_that_hangs(bench: Bench, coordinator: Coordinator) -> None:
    bench.store.gate = asyncio.Event()
    await coordinator.submit_many(names(8))
    await until(lambda: bench.store.under_way > 0)


async def during_a_backoff(bench: Bench, coordinator: Coordinator) -> None:
    bench.store.troubles.append(SinkUnavailable(retry_after=1.0))
    await coordinator.submit_many(names(5))
    await until(lambda: len(bench.store.calls) == 1)


async def during_a_long_backoff(bench: Bench, coordinator: Coordinator) -> None:
    bench.store.troubles.append(SinkUnavailable(retry_after=1000.0))
    await coordinator.submit_many(names(5))
    await until(lambda: len(bench.store.calls) == 1)


async def an_open_circuit(bench: Bench, coordinator: Coordinator) -> None:
    bench.store.is_away = True
    await coordinator.submit_many(names(15))
    await bench.clock.pass_time(1)


async def dead_letters_that_hang(bench: Bench, coordinator: Coordinator) -> None:
    bench.letters.gate = asyncio.Event()
    bench.store.bad = set(names(5))
    await coordinator.submit_many(names(5))
    await breathe()


async def nothing_works(bench: Bench, coordinator: Coordinator) -> None:
    await a_sink_that_hangs(bench, coordinator)
    bench.letters.gate = asyncio.Event()
    bench.spool.gate = asyncio.Event()


async def waiting_producers(bench: Bench, coordinator: Coordinator) -> None:
    bench.store.gate = asyncio.Event()
    asyncio.ensure_future(coordinator.submit_many(names(50))).add_done_callback(lambda task: task.exception())
    await breathe()


SITUATIONS: tuple[Situation, ...] = (
    empty, a_partial_batch, a_full_queue, during_a_write, a_sink_that_hangs, during_a_backoff, during_a_long_backoff,
    an_open_circuit, dead_letters_that_hang, nothing_works, waiting_producers,
)  # fmt: skip


async def stopped(bench: Bench, coordinator: Coordinator, **how: float) -> DrainReport[str]:
    return await bench.in_time(asyncio.ensure_future(coordinator.stop(**how)), seconds=60)  # type: ignore[arg-type]


@pytest.mark.proves("S-02", "S-03", "R-05", "W-R7")
@pytest.mark.parametrize("seconds", [0.0, 0.5, 5.0])
@pytest.mark.parametrize("drain", [True, False])
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
async def test_it_stops_in_time_and_accounts_for_everything(
    bench: Bench, situation: Situation, drain: bool, seconds: float
) -> None:
    coordinator = await bench.running(
        {"breaker": BreakerPolicy(failures=3, cooldown=60)}, workers=2, batch_size=5, capacity=20
    )
    await situation(bench, coordinator)

    report = await stopped(bench, coordinator, timeout=seconds, drain=drain)

    balance = report.balance
    assert report.seconds <= seconds + 1e-6
    assert balance.is_even
    assert (balance.queued, balance.in_flight) == (0, 0)
    assert coordinator.state is State.STOPPED
    assert coordinator.health().workers_alive == 0
    kept = {*bench.store.rows, *bench.letters.records, *bench.spool.records, *report.lost}
    assert len(kept) == balance.accepted


@pytest.mark.proves("S-02", "B-03")
@pytest.mark.parametrize("situation", [empty, a_partial_batch, a_full_queue, during_a_write, during_a_backoff])
async def test_what_can_be_written_in_time_is_written(bench: Bench, situation: Situation) -> None:
    coordinator = await bench.running(workers=2, batch_size=5, flush_interval=60)
    await situation(bench, coordinator)

    report = await stopped(bench, coordinator, timeout=10)

    assert report.balance.written == report.balance.accepted
    assert not report.was_cut_short


@pytest.mark.proves("S-02")
async def test_stopping_an_idle_coordinator_takes_no_time(bench: Bench) -> None:
    coordinator = await bench.running()
    began = bench.clock.now()

    await asyncio.wait_for(coordinator.stop(), 5)

    assert bench.clock.now() == began
    assert bench.clock.armed == 0


@pytest.mark.proves("S-01", "S-02")
async def test_stopping_twice_one_after_the_other_or_at_once_gives_one_report(bench: Bench) -> None:
    coordinator = await bench.running()
    await coordinator.submit_many(names(3))

    first, second = asyncio.ensure_future(coordinator.stop()), asyncio.ensure_future(coordinator.stop(timeout=1))
    reports = [await bench.in_time(first), await bench.in_time(second), await stopped(bench, coordinator)]

    assert reports[0] is reports[1] is reports[2]
    assert reports[0].balance.written == 3


@pytest.mark.proves("S-01")
async def test_a_coordinator_that_never_ran_stops_too(bench: Bench) -> None:
    coordinator = bench.coordinator()

    report = await stopped(bench, coordinator)

    assert report.balance.accepted == 0
    with pytest.raises(CoordinatorClosed):
        await coordinator.start()


@pytest.mark.proves("S-01")
async def test_nothing_is_accepted_before_the_start_nor_while_draining(bench: Bench) -> None:
    coordinator = bench.coordinator()
    with pytest.raises(CoordinatorClosed):
        await coordinator.submit("early")
    await coordinator.start()
    with pytest.raises(CoordinatorClosed):
        await coordinator.start()
    bench.store.gate = asyncio.Event()
    await coordinator.submit("one")
    stopping = asyncio.ensure_future(coordinator.stop())
    await breathe()

    with pytest.raises(CoordinatorClosed):
        await coordinator.submit("late")

    assert coordinator.state is State.DRAINING
    bench.store.gate.set()
    report = await bench.in_time(stopping)
    assert (report.balance.rejected, report.balance.written) == (2, 1)


@pytest.mark.proves("S-02")
async def test_who_stops_waiting_for_the_stop_does_not_stop_it(bench: Bench) -> None:
    coordinator = await bench.running(flush_interval=60)
    await coordinator.submit("one")
    stopping = asyncio.ensure_future(coordinator.stop())
    await asyncio.sleep(0)

    stopping.cancel()
    await breathe()

    assert (await stopped(bench, coordinator)).balance.written == 1


@pytest.mark.proves("S-02")
async def test_a_second_stop_in_a_hurry_ends_the_draining(bench: Bench) -> None:
    coordinator = await bench.running(batch_size=5)
    await a_sink_that_hangs(bench, coordinator)
    slow = asyncio.ensure_future(coordinator.stop(timeout=3600))
    await bench.clock.pass_time(10)
    assert not slow.done()

    report = await stopped(bench, coordinator, drain=False)

    assert (report.spilled, report.was_cut_short) == (8, True)
    assert await slow is report


@pytest.mark.proves("S-02", "Q-08")
@pytest.mark.parametrize("calls_from", ["backpressure", "drop"])
async def test_a_callback_may_stop_the_coordinator(bench: Bench, calls_from: str) -> None:
    reports: list[DrainReport[str]] = []

    async def stop(*_: str) -> None:
        reports.append(await coordinator.stop())

    settings: Settings = {"capacity": 4, "high_watermark": 3, "low_watermark": 1, "flush_interval": 60}
    settings["overflow_strategy"] = "drop_oldest"
    if calls_from == "backpressure":
        settings["on_backpressure_high"] = stop
    else:
        settings["drop_callback"] = stop
    coordinator = await bench.running(**settings)

    await coordinator.submit_many(names(5))
    await breathe(100)

    assert len(reports) == 1
    assert reports[0].balance.written == 4
    assert coordinator.state is State.STOPPED


@pytest.mark.proves("Q-07", "S-02")
async def test_the_last_low_is_told_when_the_end_empties_the_queue(bench: Bench) -> None:
    told: list[str] = []
    coordinator = await bench.running(
        capacity=10, flush_interval=60,
        on_backpressure_high=lambda: told.append("high"), on_backpressure_low=lambda: told.append("low"),
    )  # fmt: skip
    await coordinator.submit_many(names(9))

    await stopped(bench, coordinator)

    assert told == ["high", "low"]


@pytest.mark.proves("S-01")
async def test_an_exception_inside_the_block_wins_and_everything_is_written(bench: Bench) -> None:
    coordinator = bench.coordinator(flush_interval=60)

    async def work() -> None:
        async with coordinator:
            await coordinator.submit("one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()

    assert bench.store.rows == ["one"]


@pytest.mark.proves("S-02", "S-03")
async def test_a_sink_deaf_to_its_cancellation_delays_nothing_and_counts_nothing_twice(bench: Bench) -> None:
    write, hanging = bench.store.write, asyncio.Event()

    async def deaf(batch: tuple[str, ...]) -> object:
        while not hanging.is_set():
            try:
                await hanging.wait()
            except asyncio.CancelledError:
                continue
        return await write(batch)

    bench.store.write = deaf  # type: ignore[method-assign,assignment]
    coordinator = await bench.running(batch_size=2)
    await coordinator.submit_many(names(2))
    await breathe()

    report = await stopped(bench, coordinator, timeout=2)
    hanging.set()
    await breathe(40)

    assert report.balance.dead_lettered == 2
    assert coordinator.health().balance == report.balance
    assert bench.store.rows == names(2)

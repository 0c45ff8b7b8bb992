"""A bad record costs no neighbour, and a tenant that is poisoned or slow stops no other."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.breaker import BreakerState
from coordinator.writes.policy import RetryPolicy
from tests.coordinator.writes.bench import Bench, names, tenant_of, until
from tests.fakes import breathe


@pytest.mark.proves("P-01")
async def test_one_bad_record_of_500_costs_19_writes_and_no_neighbour(bench: Bench) -> None:
    coordinator = await bench.running(workers=1)
    bench.store.bad = {"123"}

    await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(names(500))))

    assert len(bench.store.rows) == 499
    assert bench.letters.records == ["123"]
    assert len(bench.store.calls) <= 19
    assert coordinator.health().breaker is BreakerState.CLOSED


@pytest.mark.proves("P-01")
async def test_a_store_that_goes_away_during_the_search_makes_nobody_a_dead_letter(bench: Bench) -> None:
    coordinator = await bench.running(workers=1, batch_size=8)
    bench.store.bad = {"7"}
    bench.store.gate = asyncio.Event()
    submitting = asyncio.ensure_future(coordinator.submit_and_wait(names(8)))
    await until(lambda: len(bench.store.calls) == 1)
    bench.store.gate.set()
    await until(lambda: len(bench.store.calls) >= 2)
    bench.store.troubles.append(ConnectionResetError())

    await bench.in_time(submitting)

    assert sorted(bench.store.rows) == names(7)
    assert bench.letters.records == ["7"]


@pytest.mark.proves("P-02")
async def test_where_most_are_bad_the_search_ends_and_the_tenant_waits(bench: Bench) -> None:
    coordinator = await bench.running(workers=1, retry_policy=RetryPolicy(max_attempts=2))
    bench.store.bad = set(names(500))
    await coordinator.submit_many(names(500))

    await bench.clock.pass_time(9)
    assert len(bench.store.calls) < 60
    assert not bench.letters.kept

    await bench.clock.pass_time(2)
    assert bench.letters.codes == {"poison_ratio": 500}


@pytest.mark.proves("P-02")
async def test_a_sink_that_was_mended_meanwhile_writes_everything(bench: Bench) -> None:
    coordinator = await bench.running(workers=1)
    bench.store.bad = set(names(500))
    await coordinator.submit_many(names(500))
    await bench.clock.pass_time(5)

    bench.store.bad = set()
    await bench.clock.pass_time(6)

    assert bench.store.rows == names(500)
    assert not bench.letters.kept


@pytest.mark.proves("F-03", "P-02")
async def test_a_poisoned_tenant_stops_no_other(bench: Bench) -> None:
    coordinator = await bench.running({"tenant_of": tenant_of}, workers=2, batch_size=50)
    bench.store.bad = set(names(200, "a:"))
    await coordinator.submit_many(names(200, "a:"))
    await bench.clock.pass_time(0.1)

    waiting = asyncio.ensure_future(coordinator.submit_and_wait(names(60, "b:")))
    await bench.clock.pass_time(0.5)

    assert waiting.done()
    assert sorted(bench.store.rows) == sorted(names(60, "b:"))
    assert coordinator.health().breaker is BreakerState.CLOSED


@pytest.mark.proves("F-03")
async def test_a_slow_tenant_never_has_all_workers(bench: Bench) -> None:
    hanging = asyncio.Event()
    write = bench.store.write

    async def slow_for_a(batch: tuple[str, ...]) -> object:
        if batch[0].startswith("a:"):
            await hanging.wait()
        return await write(batch)

    bench.store.write = slow_for_a  # type: ignore[method-assign,assignment]
    coordinator = await bench.running({"tenant_of": tenant_of}, workers=3, batch_size=10)
    await coordinator.submit_many(names(100, "a:"))
    await breathe()

    await coordinator.submit_many(names(10, "b:"))
    await until(lambda: bench.store.rows == names(10, "b:"))

    hanging.set()

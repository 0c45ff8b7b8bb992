"""The circuit opens for troubles of the store, stays closed for bad records, and one probe closes it again."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.breaker import BreakerPolicy, BreakerState
from tests.coordinator.writes.bench import Bench, names


class SqlError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.proves("C-01")
async def test_the_circuit_opens_parks_the_workers_lets_one_probe_pass_and_closes(bench: Bench) -> None:
    coordinator = await bench.running(
        {"breaker": BreakerPolicy(failures=3, cooldown=10)}, workers=4, batch_size=1, flush_interval=0
    )
    bench.store.is_away = True
    await coordinator.submit_many(names(8))
    await bench.clock.pass_time(1)
    assert coordinator.health().breaker is BreakerState.OPEN
    calls = len(bench.store.calls)

    await bench.clock.pass_time(8)
    assert len(bench.store.calls) == calls
    await coordinator.submit_many(names(4, "meanwhile "))
    bench.store.is_away = False
    await bench.clock.pass_time(3)

    assert coordinator.health().breaker is BreakerState.CLOSED
    assert len(bench.store.rows) == 12


@pytest.mark.proves("C-01")
async def test_a_flood_of_bad_records_leaves_the_circuit_closed(bench: Bench) -> None:
    coordinator = await bench.running({"breaker": BreakerPolicy(failures=1)}, batch_size=10)
    bench.store.bad = {f"{number}" for number in range(0, 100, 3)}

    await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(names(100))))

    assert coordinator.health().breaker is BreakerState.CLOSED
    assert len(bench.store.rows) == 66


@pytest.mark.proves("C-01")
async def test_a_statement_that_is_wrong_for_everybody_opens_the_circuit_at_once(bench: Bench) -> None:
    coordinator = await bench.running(workers=1)
    bench.store.troubles.append(SqlError("42P01"))
    await coordinator.submit_many(names(500))
    await bench.clock.pass_time(1)

    assert coordinator.health().breaker is BreakerState.OPEN
    assert len(bench.store.calls) == 1
    await bench.clock.pass_time(10)
    assert len(bench.store.rows) == 500


@pytest.mark.proves("C-01")
async def test_a_probe_whose_worker_dies_is_made_by_another(bench: Bench) -> None:
    coordinator = await bench.running({"breaker": BreakerPolicy(failures=1, cooldown=5)}, workers=1)
    bench.store.troubles.append(ConnectionResetError())
    await coordinator.submit("one")
    await bench.clock.pass_time(1)
    bench.store.gate = asyncio.Event()
    await bench.clock.pass_time(5)
    assert bench.store.under_way == 1

    [worker] = [task for task in asyncio.all_tasks() if task.get_name() == "sink worker"]
    worker.cancel()
    bench.store.gate.set()
    await bench.clock.pass_time(1)

    assert bench.store.rows == ["one"]

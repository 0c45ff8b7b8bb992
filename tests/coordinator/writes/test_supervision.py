"""Workers die and are replaced; there are as many as the queue needs; an idle coordinator does nothing."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager

import pytest

from coordinator.writes.contract import CoordinatorUnhealthy
from coordinator.writes.entries import Batch
from coordinator.writes.staffing import RestartPolicy
from tests.coordinator.writes.bench import Bench, names
from tests.fakes import breathe


def workers() -> list[asyncio.Task[None]]:
    return [task for task in asyncio.all_tasks() if task.get_name() == "sink worker"]


def broken_trace(_: Batch[str]) -> AbstractContextManager[object]:
    raise ZeroDivisionError("a bug in the engine's surroundings")


@pytest.mark.proves("S-04")
async def test_a_worker_killed_in_the_middle_of_a_write_hands_its_batch_to_its_successor(bench: Bench) -> None:
    coordinator = await bench.running(workers=1, batch_size=3)
    gate = await bench.in_hand(coordinator, 3)

    workers()[0].cancel()
    gate.set()
    await bench.clock.pass_time(1)

    assert bench.store.rows == names(3)
    health = coordinator.health()
    assert (health.workers_alive, health.worker_deaths) == (1, 1)
    assert bench.meter.counts["coordinator_worker_errors"] == 1


@pytest.mark.proves("S-04")
async def test_workers_that_die_again_and_again_make_the_coordinator_refuse(bench: Bench) -> None:
    coordinator = await bench.running({"trace": broken_trace, "restarts": RestartPolicy(sick_after=3)}, workers=1)
    receipt = await coordinator.submit("one")
    await bench.clock.pass_time(2)

    with pytest.raises(CoordinatorUnhealthy):
        await coordinator.submit("two")

    health = coordinator.health()
    assert (health.is_sick, health.is_live, health.is_ready) == (True, False, False)
    assert receipt.ending is None
    assert health.balance.is_even


@pytest.mark.proves("S-04")
async def test_a_successor_begins_even_while_draining(bench: Bench) -> None:
    coordinator = await bench.running(workers=1, batch_size=3)
    gate = await bench.in_hand(coordinator, 3)
    stopping = asyncio.ensure_future(coordinator.stop(timeout=10))
    await breathe()

    workers()[0].cancel()
    gate.set()

    assert (await bench.in_time(stopping)).balance.written == 3


@pytest.mark.proves("X-01")
async def test_more_workers_come_with_the_load_and_go_with_it(bench: Bench) -> None:
    coordinator = await bench.running({"max_workers": 6}, workers=2, batch_size=10)
    bench.store.gate = asyncio.Event()

    await coordinator.submit_many(names(45))
    await breathe()
    assert coordinator.health().workers_alive == 5
    await coordinator.submit_many(names(500, "more "))
    await breathe()
    assert coordinator.health().workers_alive == 6
    assert bench.store.most_under_way == 6

    bench.store.gate.set()
    await bench.clock.pass_time(2)
    assert coordinator.health().workers_alive == 2
    assert len(bench.store.rows) == 545


@pytest.mark.proves("B-02")
async def test_an_idle_coordinator_has_no_timer_and_wakes_nobody(bench: Bench) -> None:
    coordinator = await bench.running()
    await coordinator.submit_many(names(3))
    await bench.clock.pass_time(5)

    assert bench.clock.armed == 0
    assert coordinator.health().workers_alive == 4


@pytest.mark.proves("F-01")
async def test_idle_tenants_take_no_memory(bench: Bench) -> None:
    coordinator = await bench.running({"tenant_of": lambda record: record})
    await coordinator.submit_many(names(500))
    await bench.clock.pass_time(2)

    assert len(bench.store.rows) == 500
    assert coordinator._parts.shop.queue._backlog.tenants == 0  # type: ignore[attr-defined]

"""The long forms of the write coordinator's proofs; `make faults` runs them."""

from __future__ import annotations

import asyncio
import random

import pytest

from coordinator.writes.contract import End, SinkUnavailable
from coordinator.writes.options import Options
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.coordinator.writes.bench import FakeLetters, FakeStore, tenant_of
from tests.coordinator.writes.test_state_machine import machine
from tests.fakes import VirtualClock
from tests.faults.put_back import main

pytestmark = pytest.mark.long

MINUTES = 10
TRANSIENT, POISON = 0.01, 0.001


@pytest.mark.proves("Q-05", "Q-07", "Q-10", "M-02", "S-02", "S-03", "S-04", "B-04", "I-01")
class TestThreeThousandHistories(machine(runs=3_000)):  # type: ignore[misc]
    """Random histories of up to 40 events."""


@pytest.mark.proves("X-05")
def test_every_fault_of_the_original_put_back_turns_its_test_red() -> None:
    assert main([]) == 0


@pytest.mark.proves("M-02", "S-03", "P-01", "R-01")
async def test_ten_minutes_of_trouble_and_random_stops_leave_nothing_unaccounted() -> None:
    """1 % of the writes fail, 0.1 % of the records are bad, the coordinator is stopped and begun again at random."""
    chance, clock = random.Random(7), VirtualClock()
    store, letters, told = FakeStore(clock), FakeLetters(), dict[str, End]()
    number = 0
    while clock.now() < 1000 + MINUTES * 60:
        options: Options[str] = Options(clock=clock, dead_letters=letters, tenant_of=tenant_of, chance=chance.random)
        coordinator: WriteCoordinator[str] = WriteCoordinator(store, options=options, batch_size=50, capacity=500)
        await coordinator.start()
        waiting: list[tuple[list[str], asyncio.Task[list[object]]]] = []
        for _ in range(chance.randrange(20, 200)):
            records = [f"{chance.choice('abc')}:{number + at}" for at in range(chance.randrange(1, 60))]
            number += len(records)
            store.bad |= {record for record in records if chance.random() < POISON}
            store.troubles += [SinkUnavailable()] * (chance.random() < TRANSIENT * 2)
            waiting.append((records, asyncio.ensure_future(coordinator.submit_and_wait(records))))  # type: ignore[arg-type]
            await clock.pass_time(chance.random() * 0.2)
        stopping = asyncio.ensure_future(coordinator.stop(timeout=chance.choice((0.0, 1.0, 30.0))))
        while not stopping.done():
            await clock.pass_time(1)
        assert stopping.result().balance.is_even
        for records, task in waiting:
            if task.done() and not task.exception():
                told |= {r: ending.end for r, ending in zip(records, task.result(), strict=True)}  # type: ignore[attr-defined]

    kept = {*store.rows, *letters.records}
    assert number > 20_000
    assert {record for record, end in told.items() if end is not End.ABANDONED} <= kept
    assert {record for record, end in told.items() if end is End.WRITTEN} <= set(store.rows)
    assert len(set(store.rows)) == len(store.rows)

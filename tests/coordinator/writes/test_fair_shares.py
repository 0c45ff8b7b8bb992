"""One tenant floods, another sends a little: measured on the virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from coordinator.writes.contract import BatchReport, Lane, Outcome
from coordinator.writes.options import Options
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.coordinator.writes.bench import names, tenant_of
from tests.fakes import VirtualClock, breathe

WRITE_SECONDS = 0.1
WORKERS = 4


class SteadyStore:
    """Every write takes the same time."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.written_at: dict[str, float] = {}

    async def write(self, batch: Sequence[str]) -> BatchReport:
        await self._clock.sleep(WRITE_SECONDS)
        self.written_at |= dict.fromkeys(batch, self._clock.now())
        return BatchReport((Outcome.WRITTEN,) * len(batch))


def jain(shares: Sequence[float]) -> float:
    """1 is perfectly fair, 1/n is one for all."""
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))


async def started(clock: VirtualClock, capacity: int = 20_000) -> tuple[SteadyStore, WriteCoordinator[str]]:
    store = SteadyStore(clock)
    options: Options[str] = Options(clock=clock, tenant_of=tenant_of)
    coordinator: WriteCoordinator[str] = WriteCoordinator(
        store, options=options, workers=WORKERS, batch_size=100, capacity=capacity
    )
    await coordinator.start()
    return store, coordinator


@pytest.mark.proves("F-01", "F-02")
async def test_while_one_tenant_floods_the_other_waits_a_few_writes_at_most() -> None:
    clock = VirtualClock()
    store, coordinator = await started(clock)
    await coordinator.submit_many(names(10_000, "a:"))
    sent_at: dict[str, float] = {}

    for number in range(20):
        sent_at[f"b:{number}"] = clock.now()
        await coordinator.submit(f"b:{number}")
        await clock.pass_time(0.1)
    await clock.pass_time(5)

    waits = sorted(store.written_at[record] - at for record, at in sent_at.items())
    p95 = waits[int(len(waits) * 0.95) - 1]
    assert p95 <= 0.25 + 2 * WRITE_SECONDS
    assert sum(record.startswith("a:") for record in store.written_at) == 10_000
    await _stop(clock, coordinator)


@pytest.mark.proves("F-01")
async def test_tenants_that_all_flood_get_equal_shares() -> None:
    clock = VirtualClock()
    store, coordinator = await started(clock)
    for tenant in "abcde":
        await coordinator.submit_many(names(3_000, f"{tenant}:"))

    await clock.pass_time(20 * WRITE_SECONDS)

    shares = [float(sum(record.startswith(f"{tenant}:") for record in store.written_at)) for tenant in "abcde"]
    assert sum(shares) >= 7_000
    assert jain(shares) > 0.99
    await _stop(clock, coordinator)


@pytest.mark.proves("F-04")
async def test_a_bulk_import_delays_live_records_by_no_more_than_a_write() -> None:
    clock = VirtualClock()
    store, coordinator = await started(clock)
    await coordinator.submit_many(names(9_000, "a:bulk "), lane=Lane.BULK)
    await clock.pass_time(0.05)
    began = clock.now()

    await coordinator.submit_many(names(100, "a:live "))
    await clock.pass_time(1)

    live = [at - began for record, at in store.written_at.items() if "live" in record]
    assert len(live) == 100
    assert max(live) <= 2 * WRITE_SECONDS
    await _stop(clock, coordinator)


@pytest.mark.proves("F-04")
async def test_a_live_flood_does_not_starve_the_bulk_lane() -> None:
    clock = VirtualClock()
    store, coordinator = await started(clock)
    await coordinator.submit_many(names(200, "b:bulk "), lane=Lane.BULK)
    await coordinator.submit_many(names(9_000, "a:live "))

    await clock.pass_time(1)

    assert sum("bulk" in record for record in store.written_at) >= 100
    await _stop(clock, coordinator)


async def _stop(clock: VirtualClock, coordinator: WriteCoordinator[str]) -> None:
    stopping = asyncio.ensure_future(coordinator.stop(timeout=600))
    while not stopping.done():
        await clock.pass_time(1)
        await breathe()
    assert (await stopping).balance.is_even

"""Two institutions, one of them sends five times what can be written: what the other one notices of it."""

from __future__ import annotations

import asyncio
import sys

import pytest

from coordinator.writes.contract import QueueFullError
from coordinator.writes.options import Options
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.coordinator.writes.bench import names, tenant_of
from tests.coordinator.writes.test_fair_shares import SteadyStore, jain
from tests.fakes import VirtualClock

BATCH, WORKERS, WRITE_SECONDS = 100, 4, 0.1
CAPACITY_A_SECOND = WORKERS * BATCH / WRITE_SECONDS
TICK_SECONDS, TICKS = 0.05, 100
FLOOD = int(5 * CAPACITY_A_SECOND * TICK_SECONDS)
"""Records a tick."""


class Scene:
    """A coordinator before a store of fixed cost; its books are checked whenever time has passed."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.store = SteadyStore(self.clock)
        options: Options[str] = Options(clock=self.clock, tenant_of=tenant_of, tenant_share=0.5)
        self.coordinator: WriteCoordinator[str] = WriteCoordinator(
            self.store, options=options, workers=WORKERS, batch_size=BATCH, overflow_strategy="error"
        )
        self.sent_at: dict[str, float] = {}
        self.turned_away = 0

    async def send(self, records: list[str]) -> None:
        """What there is no room for is counted, not sent again."""
        accepted = len(records)
        try:
            await self.coordinator.submit_many(records)
        except QueueFullError as error:
            accepted = error.accepted
        self.turned_away += len(records) - accepted
        self.sent_at |= dict.fromkeys(records[:accepted], self.clock.now())

    async def tick(self) -> None:
        await self.clock.pass_time(TICK_SECONDS)
        assert self.coordinator.health().balance.is_even

    async def end(self) -> None:
        stopping = asyncio.ensure_future(self.coordinator.stop(timeout=600))
        while not stopping.done():
            await self.tick()
        assert set(self.store.written_at) == set(self.sent_at)

    def p95_wait(self, tenant: str) -> float:
        """Seconds from sending to written."""
        waits = sorted(
            at - self.sent_at[record] for record, at in self.store.written_at.items() if tenant_of(record) == tenant
        )
        return waits[int(len(waits) * 0.95) - 1]


async def quiet_wait(*, is_flooded: bool) -> tuple[float, int]:
    """Seconds that a tenant waits that sends one record a tick, and how many records of the other were turned away."""
    scene = Scene()
    await scene.coordinator.start()
    for number in range(TICKS):
        if is_flooded:
            await scene.send(names(FLOOD, f"flood:{number}."))
        await scene.send([f"quiet:{number}"])
        await scene.tick()
    await scene.end()
    return scene.p95_wait("quiet"), scene.turned_away


@pytest.mark.proves("F-01", "F-02", "M-02")
async def test_the_other_institution_waits_at_most_twice_as_long_as_when_it_is_alone() -> None:
    alone, _ = await quiet_wait(is_flooded=False)

    beside_flood, turned_away = await quiet_wait(is_flooded=True)

    sys.stdout.write(f"p95 alone {alone:.3f} s, beside a flood {beside_flood:.3f} s, {turned_away} turned away\n")
    assert turned_away > 0
    assert beside_flood <= 2 * alone


@pytest.mark.proves("F-01", "M-02")
async def test_institutions_that_both_flood_get_equal_shares_at_every_second() -> None:
    scene = Scene()
    await scene.coordinator.start()

    for number in range(TICKS):
        for tenant in ("a", "b"):
            await scene.send(names(FLOOD // 2, f"{tenant}:{number}."))
        await scene.tick()
        if number and number % 20 == 0:
            shares = [float(sum(tenant_of(one) == tenant for one in scene.store.written_at)) for tenant in ("a", "b")]
            assert jain(shares) >= 0.95
    await scene.end()

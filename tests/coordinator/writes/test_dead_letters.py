"""What is given up is kept in the dead letters or the fallback, or else named as lost."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.contract import End
from tests.coordinator.writes.bench import Bench


@pytest.mark.proves("D-01")
async def test_while_the_dead_letters_store_is_away_the_fallback_keeps_them(bench: Bench) -> None:
    coordinator = await bench.running()
    bench.store.bad = {"bad"}
    bench.letters.is_broken = True

    endings = await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(["bad"])))

    assert bench.spool.records == ["bad"]
    assert endings[0].end is End.DEAD_LETTERED


@pytest.mark.proves("D-01")
async def test_dead_letters_that_hang_do_not_hold_a_worker_for_ever(bench: Bench) -> None:
    coordinator = await bench.running(workers=1)
    bench.store.bad = {"bad"}
    bench.letters.gate = asyncio.Event()
    await coordinator.submit("bad")

    await bench.clock.pass_time(11)

    assert bench.spool.records == ["bad"]
    assert coordinator.health().workers_alive == 1


@pytest.mark.proves("D-01", "S-03")
async def test_what_nobody_can_keep_is_abandoned_and_in_the_report(bench: Bench) -> None:
    coordinator = await bench.running()
    bench.store.bad = {"bad"}
    bench.letters.is_broken = bench.spool.is_broken = True

    endings = await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(["bad", "good"])))
    report = await bench.in_time(asyncio.ensure_future(coordinator.stop()))

    assert [ending.end for ending in endings] == [End.ABANDONED, End.WRITTEN]
    assert (report.lost, report.balance.abandoned) == (("bad",), 1)

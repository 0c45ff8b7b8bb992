"""Records come in: batches, receipts, and a flush that waits for their end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from coordinator.writes.contract import BatchReport, End, RecordRejected
from tests.coordinator.writes.bench import Bench, names
from tests.fakes import breathe


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

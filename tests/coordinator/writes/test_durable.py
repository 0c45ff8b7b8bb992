"""With a durable queue: accepted means handed over; whoever reads the queue writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from coordinator.writes.contract import End
from coordinator.writes.entries import Entry
from coordinator.writes.limits import QueueLimits
from coordinator.writes.options import Options
from coordinator.writes.ports import Observer
from coordinator.writes.queue import BoundedQueue
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.coordinator.writes.bench import Bench, names
from tests.fakes import breathe


class SurvivingQueue(BoundedQueue[str]):
    """Stands for a stream outside the process: it outlives the coordinators that use it."""

    is_durable = True

    def attach(self, observer: Observer[str]) -> None:
        """Each process hears of what it put itself: here that is the first one."""
        if not self._observers:
            super().attach(observer)

    async def drain(self) -> None:
        self._is_closed = True
        self._dispatch()

    async def close(self) -> Sequence[Entry[str]]:
        await self.drain()
        return ()

    def open_again(self) -> None:
        self._is_closed = False


def on(queue: SurvivingQueue, bench: Bench, workers: int) -> WriteCoordinator[str]:
    options: Options[str] = Options(queue=queue, clock=bench.clock, dead_letters=bench.letters)
    made: WriteCoordinator[str] = WriteCoordinator(bench.store, options=options, workers=workers, batch_size=5)
    bench.made.append(made)
    return made


async def writing(queue: SurvivingQueue, bench: Bench) -> tuple[WriteCoordinator[str], asyncio.Event]:
    """A writer in the middle of writing five records that another coordinator has queued; and the sink's gate."""
    web, writer = on(queue, bench, workers=0), on(queue, bench, workers=1)
    await web.start()
    await writer.start()
    return writer, await bench.in_hand(web, 5)


@pytest.mark.proves("Q-01", "S-03", "M-02")
async def test_a_receipt_says_queued_as_soon_as_the_queue_has_the_record(bench: Bench) -> None:
    web = on(SurvivingQueue(QueueLimits(), bench.clock), bench, workers=0)
    await web.start()

    endings = await asyncio.wait_for(web.submit_and_wait(names(3)), 5)

    assert {ending.end for ending in endings} == {End.QUEUED}
    balance = web.health().balance
    assert (balance.accepted, balance.handed_over, balance.in_flight) == (3, 3, 0)
    assert balance.is_even


@pytest.mark.proves("S-03", "M-02")
async def test_another_coordinator_writes_what_was_queued_and_both_books_balance(bench: Bench) -> None:
    queue = SurvivingQueue(QueueLimits(batch_size=5), bench.clock)
    web, writer = on(queue, bench, workers=0), on(queue, bench, workers=2)
    await web.start()
    await writer.start()

    await web.submit_many(names(12))
    await bench.clock.pass_time(1)

    assert sorted(bench.store.rows, key=int) == names(12)
    balance = writer.health().balance
    assert (balance.received, balance.written) == (12, 12)
    assert web.health().balance.is_even
    assert balance.is_even


@pytest.mark.proves("S-03")
async def test_what_a_stopped_writer_had_in_hand_waits_in_the_queue_for_the_next(bench: Bench) -> None:
    queue = SurvivingQueue(QueueLimits(batch_size=5), bench.clock)
    writer, gate = await writing(queue, bench)

    report = await bench.in_time(asyncio.ensure_future(writer.stop(timeout=1)))

    assert (report.balance.received, report.balance.handed_over, report.spilled) == (5, 5, 0)
    assert report.balance.is_even
    assert not bench.letters.kept
    queue.open_again()
    gate.set()
    following = on(queue, bench, workers=1)
    await following.start()
    await bench.clock.pass_time(1)
    await breathe()
    assert sorted(bench.store.rows) == names(5)


class LostQueue(SurvivingQueue):
    """Its server is away just when the writer wants to end."""

    async def drain(self) -> None:
        raise ConnectionError

    async def requeue(self, entries: Sequence[Entry[str]], delay: float = 0.0) -> None:
        await asyncio.Event().wait()


@pytest.mark.proves("S-02", "S-03")
async def test_a_queue_that_does_not_answer_does_not_hold_up_the_end(bench: Bench) -> None:
    queue = LostQueue(QueueLimits(batch_size=5), bench.clock)
    writer, _ = await writing(queue, bench)

    report = await bench.in_time(asyncio.ensure_future(writer.stop(timeout=2)))

    assert report.seconds <= 2
    assert report.was_cut_short
    assert report.balance.is_even


@pytest.mark.proves("M-02")
async def test_books_that_do_not_balance_are_noticed_told_and_unhealthy(bench: Bench) -> None:
    coordinator = await bench.running()
    coordinator._parts.shop.ledger.books.accepted += 1

    await coordinator.submit("one")
    await bench.clock.pass_time(1)

    assert bench.meter.counts["coordinator_books_uneven"] == 1
    assert bench.log.events == ["books_uneven"]
    health = coordinator.health()
    assert (health.balance.difference, health.is_live) == (1, False)

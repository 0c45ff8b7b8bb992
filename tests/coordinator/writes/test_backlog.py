"""The books of a queue, without a loop."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.backlog import Backlog, Room
from coordinator.writes.contract import End, Ending, Lane
from coordinator.writes.entries import Entry
from coordinator.writes.limits import QueueLimits
from coordinator.writes.queue import BoundedQueue
from coordinator.writes.receipts import Receipt
from tests.fakes import VirtualClock, breathe


def filled(limits: QueueLimits, *entries: Entry[str]) -> Backlog[str]:
    backlog: Backlog[str] = Backlog(limits)
    for entry in entries:
        backlog.add(entry, 0.0)
    return backlog


@pytest.mark.proves("F-04")
def test_after_eight_live_batches_a_bulk_batch_goes() -> None:
    live = [Entry(f"live {number}") for number in range(20)]
    backlog = filled(QueueLimits(batch_size=1), Entry("bulk", lane=Lane.BULK), *live)

    order = [batch.records[0] for _ in range(21) if (batch := backlog.next_batch(0.0))]

    assert order.index("bulk") == 8
    assert len(order) == 21


@pytest.mark.proves("F-04")
def test_bulk_batches_never_occupy_more_than_their_workers() -> None:
    bulk = [Entry(f"bulk {number}", lane=Lane.BULK) for number in range(5)]
    backlog = filled(QueueLimits(batch_size=1, bulk_batches=2), *bulk)
    first, second = backlog.next_batch(0.0), backlog.next_batch(0.0)
    assert first
    assert second

    assert backlog.next_batch(0.0) is None
    assert backlog.due_at() is None
    backlog.settle(first.entries)

    assert backlog.next_batch(0.0) is not None


@pytest.mark.proves("Q-05")
def test_what_is_full_is_said() -> None:
    limits = QueueLimits(capacity=10, tenant_share=0.3, bulk_share=0.2, capacity_bytes=100)
    backlog = filled(limits, *(Entry("x", tenant="a") for _ in range(3)), Entry("x", "b", Lane.BULK, size=90))
    backlog.add(Entry("x", "c", Lane.BULK), 0.0)

    rooms = [
        backlog.room(entry)
        for entry in (
            Entry("x", "a"),
            Entry("x", "d", Lane.BULK),
            Entry("x", "d", size=11),
            Entry("x", "d", size=101),
            Entry("x", "d", size=10),
        )
    ]

    assert rooms == [Room.TENANT_FULL, Room.LANE_FULL, Room.QUEUE_FULL, Room.NEVER, Room.FREE]


@pytest.mark.proves("Q-10")
async def test_when_the_first_producer_in_line_gives_up_the_next_comes_in() -> None:
    queue: BoundedQueue[str] = BoundedQueue(QueueLimits(capacity_bytes=10), VirtualClock())
    await queue.put([Entry("there", size=6)])
    large = asyncio.ensure_future(queue.put([Entry("large", size=8)]))
    small = asyncio.ensure_future(queue.put([Entry("small", size=3)]))
    await breathe()
    assert not small.done()

    large.cancel()
    await breathe()

    assert small.done()
    assert queue.level.queued == 2


@pytest.mark.proves("M-02")
async def test_a_record_has_one_end_the_first() -> None:
    receipt = Receipt()
    waiting = asyncio.ensure_future(receipt)
    await breathe()

    receipt.settle(Ending(End.QUEUED))
    receipt.settle(Ending(End.WRITTEN))

    assert (await waiting).end is End.QUEUED
    assert (await receipt).end is End.QUEUED

"""A worker: takes a batch, delivers it, takes the next. It sleeps on no batch; what must wait waits in the queue."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from coordinator.writes.delivery import Delivery
from coordinator.writes.entries import Batch
from coordinator.writes.ports import Trace
from coordinator.writes.workshop import Workshop


class SinkWorker[R]:
    """Has at most one delivery in hand."""

    def __init__(self, workshop: Workshop[R], after_batch: Callable[[], None], trace: Trace[R] | None = None) -> None:
        self._shop = workshop
        self._after_batch = after_batch
        self._trace = trace
        self._delivery: Delivery[R] | None = None

    @property
    def in_hand(self) -> int:
        """Entries taken that have neither ended nor gone back."""
        return self._delivery.open if self._delivery else 0

    async def run(self, may_stay: Callable[[], bool]) -> None:
        """Until the queue has nothing more to give, or it is one worker too many."""
        while may_stay():
            batch = await self._shop.queue.take()
            if batch is None:
                return
            await self._deliver(batch)

    async def hand_back(self) -> None:
        """What was in hand when the worker ended waits in the queue again."""
        if self._delivery is not None:
            await self._delivery.hand_back()

    async def _deliver(self, batch: Batch[R]) -> None:
        self._delivery = Delivery(self._shop, batch)
        self._note(batch)
        with self._span(batch):
            was_tried = await self._delivery.run()
        self._delivery = None
        self._after_batch()
        if not was_tried:
            await self._shop.gate.passable()

    def _note(self, batch: Batch[R]) -> None:
        if self._shop.queue.is_durable:
            self._shop.ledger.books.received += len(batch)
        self._shop.meter.count("coordinator_batches", trigger=batch.trigger.value, lane=batch.lane.name.lower())
        self._shop.meter.observe("coordinator_batch_records", len(batch))

    def _span(self, batch: Batch[R]) -> AbstractContextManager[object]:
        return self._trace(batch) if self._trace else nullcontext()

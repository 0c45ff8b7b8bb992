"""How records come in: checked, counted, and with a receipt each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coordinator.writes.contract import CoordinatorClosed, End, Ending, Lane, QueueFullError, RecordRejected
from coordinator.writes.entries import Entry
from coordinator.writes.options import Options
from coordinator.writes.ports import Queue
from coordinator.writes.receipts import Receipt
from coordinator.writes.workshop import Ledger

HANDED_OVER = Ending(End.QUEUED)


class Intake[T]:
    """What comes from one call is accepted in order, up to the first that is not."""

    def __init__(self, queue: Queue[T], ledger: Ledger, options: Options[T], check_open: Callable[[], None]) -> None:
        self._queue = queue
        self._ledger = ledger
        self._options = options
        self._check_open = check_open

    async def put(self, records: Sequence[T], lane: Lane, timeout: float | None) -> tuple[Receipt, ...]:
        """Every record is accepted.

        Raises:
            QueueFullError, CoordinatorClosed: `accepted` of them are.
            RecordRejected: none is.

        """
        entries, receipts = self._entries(records, lane)
        try:
            self._check_open()
            await self._queue.put(entries, timeout)
        except (QueueFullError, CoordinatorClosed) as error:
            self._ledger.books.rejected += len(records) - error.accepted
            self._hand_over(receipts[: error.accepted])
            raise
        self._hand_over(receipts)
        return receipts

    def _entries(self, records: Sequence[T], lane: Lane) -> tuple[list[Entry[T]], tuple[Receipt, ...]]:
        """Checked before the first is accepted: a call with a bad record changes nothing."""
        try:
            for record in records:
                self._options.validate(record)
        except RecordRejected:
            self._ledger.books.rejected += len(records)
            raise
        receipts = tuple(Receipt() for _ in records)
        tenant_of, size_of = self._options.tenant, self._options.size_of
        pairs = zip(records, receipts, strict=True)
        return [Entry(one, tenant_of(one), lane, size_of(one), receipt=receipt) for one, receipt in pairs], receipts

    def _hand_over(self, receipts: Sequence[Receipt]) -> None:
        """What a durable queue has accepted is its reader's business from now on."""
        if self._queue.is_durable:
            for receipt in receipts:
                receipt.settle(HANDED_OVER)

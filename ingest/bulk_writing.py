"""The events of a file on their way through the write coordinator: the bulk lane, one section, one batch at a time.

The coordinator's record is a page, some hundred events that stand together in the file: it keeps its books, retries and
bounds by page, and the sink tells of every event. (By event, its bookkeeping would cost a fifth of an import's time.)
The thread that imports reads the file and writes the batches, in turn, on its own connection; only the coordinator's
loop runs beside it. What the coordinator takes is bounded, so memory does not grow with the file.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import batched, chain
from queue import SimpleQueue

from django.db import DatabaseError
from django.utils import timezone

from coordinator.writes.contract import BatchReport, Lane, Outcome, Rejection, SinkUnavailable
from coordinator.writes.options import Options
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.ports import DeadLetter
from coordinator.writes.write_coordinator import WriteCoordinator
from ingest.dead_letters import Lost, keep
from ingest.loop_thread import LoopThread
from ingest.records import EventRecord
from ingest.sinks import EventSink
from ingest.validation import Examined

PAGE = 500
"""Events."""
BATCH = 20
"""Pages. Neighbours in a file touch the same learners and pages, so many together cost less; but a batch is one
transaction, and holds up live events for its time."""
AHEAD = 2
"""Batches that may wait while one is written."""
PATIENCE = RetryPolicy(max_attempts=6, initial_backoff_ms=100, max_elapsed=60.0)
"""A database that is busy or restarts for a moment does not end an import: nothing of the batch was written."""
REJECTED = "rejected"

type Page = tuple[Examined, ...]


class GaveUp(Exception):
    """Only refusals of records themselves become dead letters; anything else ends the import."""


@dataclass(slots=True)
class BulkTally:
    """The sink of an import, and its dead letters: writes, counts, and says how far it is."""

    sink: EventSink
    say: Callable[[int], None]
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Codes of the records that have a dead letter."""
    error: Exception | None = None
    """The sink's last."""
    has_given_up: bool = False

    def write(self, batch: Sequence[Page]) -> BatchReport:
        try:
            report = self.sink.write_examined(tuple(chain.from_iterable(batch)))
        except Exception as error:
            self.error = error
            raise
        self._count(report)
        return BatchReport((Outcome.WRITTEN,) * len(batch))

    def keep(self, letters: Sequence[DeadLetter[Page]]) -> None:
        if any(letter.code != REJECTED for letter in letters):
            self.has_given_up = True
            raise GaveUp
        for letter in letters:
            for examined in letter.record:
                self._by_itself(examined, letter)

    def _by_itself(self, examined: Examined, letter: DeadLetter[Page]) -> None:
        """A page that was refused as a whole: only those of its events that are refused alone have a dead letter."""
        try:
            self._count(self.sink.write_examined((examined,)))
        except DatabaseError:
            lost = Lost(examined.record, Rejection(0, letter.code, letter.detail))
            keep(self.sink.tenant_id, self.sink.section_id, [lost], timezone.now())
            self.outcomes[Outcome.DEAD_LETTERED] += 1
            self.reasons[letter.code] += 1

    def _count(self, report: BatchReport) -> None:
        self.outcomes.update(report.outcomes)
        self.reasons.update(rejection.code for rejection in report.rejections)
        self.say(self.outcomes.total())


@dataclass(frozen=True, slots=True)
class Desk:
    """Brings the coordinator's calls of the sink to the thread that imports. An `AsyncSink`, and dead letters."""

    tally: BulkTally
    jobs: SimpleQueue[Callable[[], None] | None] = field(default_factory=SimpleQueue)

    async def write(self, batch: Sequence[Page]) -> BatchReport:
        return await self._done(lambda: self.tally.write(batch))

    async def keep(self, letters: Sequence[DeadLetter[Page]]) -> None:
        await self._done(lambda: self.tally.keep(letters))

    def work_until[R](self, awaited: Future[R]) -> R:
        """What is awaited; until it is there, this thread writes what there is to write."""
        awaited.add_done_callback(lambda _: self.jobs.put(None))
        while (job := self.jobs.get()) is not None:
            job()
        return awaited.result()

    async def _done[R](self, work: Callable[[], R]) -> R:
        told: Future[R] = Future()
        self.jobs.put(lambda: _perform(work, told))
        return await asyncio.wrap_future(told)


def _perform[R](work: Callable[[], R], told: Future[R]) -> None:
    if not told.set_running_or_notify_cancel():
        return
    try:
        told.set_result(work())
    except Exception as error:  # noqa: BLE001  the coordinator decides what an error means
        told.set_exception(error)


def write_events(
    sink: EventSink, events: Iterable[EventRecord], say: Callable[[int], None], patience: RetryPolicy = PATIENCE
) -> BulkTally:
    """Every event is stored, known already, or has a dead letter; `say` hears how many so far.

    Raises:
        SinkUnavailable: the database gave up; what was said so far is stored, the same file may be imported again.

    """
    tally = BulkTally(sink, say)
    desk = Desk(tally)
    with _coordinating(desk, patience) as (loop, coordinator):
        for page in batched(map(sink.examine, events), PAGE, strict=False):
            desk.work_until(loop.start(coordinator.submit(page, lane=Lane.BULK)))
            if tally.has_given_up:
                break
        else:
            desk.work_until(loop.start(coordinator.flush()))
    if tally.has_given_up:
        raise SinkUnavailable(f"the database gave up: {tally.error}") from tally.error
    return tally


@contextmanager
def _coordinating(desk: Desk, patience: RetryPolicy) -> Iterator[tuple[LoopThread, WriteCoordinator[Page]]]:
    """A coordinator that runs; at the end it has written what it has taken, unless the database has given up."""
    loop = LoopThread("import")
    try:
        coordinator = desk.work_until(loop.start(_started(desk, patience)))
        try:
            yield loop, coordinator
        finally:
            desk.work_until(loop.start(coordinator.stop(drain=not desk.tally.has_given_up)))
    finally:
        loop.close()


async def _started(desk: Desk, patience: RetryPolicy) -> WriteCoordinator[Page]:
    options = Options[Page](bulk_share=1.0, dead_letters=desk)
    coordinator = WriteCoordinator[Page](
        desk, capacity=BATCH * (1 + AHEAD), workers=1, batch_size=BATCH, retry_policy=patience, options=options
    )
    await coordinator.start()
    return coordinator

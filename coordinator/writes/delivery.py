"""One batch on its way to its end: written, tried again later, searched for what is bad in it, or given up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from coordinator.writes.bisection import Bad, Bisection
from coordinator.writes.breaker import Permit
from coordinator.writes.contract import BatchReport, End, Ending, PartlyWritten
from coordinator.writes.entries import Batch, Entry
from coordinator.writes.errors import Kind, sqlstate_of
from coordinator.writes.ports import DeadLetter
from coordinator.writes.workshop import Workshop

LONGEST_DETAIL = 500
"""Characters of an error's words that a dead letter keeps."""


class HopelessBatch(Exception):
    """Most records of a batch were refused one by one: the sink is wrong, not the records."""


class Delivery[R]:
    """Every entry is open until it has ended or is back in the queue."""

    def __init__(self, workshop: Workshop[R], batch: Batch[R]) -> None:
        self._shop = workshop
        self._open = {entry.handle: entry for entry in batch.entries}
        self._began = workshop.gate.working_time

    @property
    def open(self) -> int:
        return len(self._open)

    async def run(self) -> bool:
        """No entry is open any more. False: the circuit is open, nothing was tried, all are back in the queue."""
        permit = self._shop.gate.permit()
        if permit is None:
            await self.hand_back()
            return False
        try:
            await self._deliver(permit)
        except BaseException:
            self._shop.gate.withdrawn(permit)
            raise
        return True

    async def hand_back(self) -> None:
        """What is open waits again, as it was; what may come of a write under way moves nothing any more."""
        entries = list(self._open.values())
        self._open.clear()
        if entries:
            await self._shop.put_back(entries)

    # ---- writing

    async def _deliver(self, permit: Permit) -> None:
        search = Bisection(list(self._open.values()), self._shop.policies.guard)
        trouble: Exception | None = None
        while trouble is None and (part := search.next_part()):
            trouble = await self._write(part, search, permit)
        if search.is_hopeless:
            await self._try_later(
                self._all_open(), HopelessBatch("most records refused"), self._shop.policies.breaker.cooldown
            )
            return
        await self._bury(search.bad)
        if trouble is not None:
            await self._try_later(self._all_open(), trouble)

    async def _write(self, part: Sequence[Entry[R]], search: Bisection[R], permit: Permit) -> Exception | None:
        """One call of the sink. Returns what makes further calls pointless, if anything does."""
        began, status = self._shop.clock.now(), "failure"
        try:
            report = await self._shop.sink.write(tuple(entry.record for entry in part))
            status = "success"
        except PartlyWritten as error:
            self._shop.gate.succeeded(permit)
            await self._partly_written(part, error.errors, search)
        except Exception as error:  # noqa: BLE001 (the one boundary where a sink's errors become decisions)
            return self._refused(part, error, search, permit)
        else:
            self._shop.gate.succeeded(permit)
            search.is_written(len(part))
            await self._end(self._endings(part, report))
        finally:
            self._measure(began, status)
        return None

    def _refused(
        self, part: Sequence[Entry[R]], error: Exception, search: Bisection[R], permit: Permit
    ) -> Exception | None:
        self._shop.ledger.last_error = type(error).__name__
        kind = self._shop.policies.retry.kind(error)
        if kind is Kind.DATA:
            self._shop.gate.succeeded(permit)
            search.is_refused(part, error)
            return None
        self._shop.gate.failed(permit, is_decisive=kind is Kind.SINK)
        self._shop.journal.note("sink_failed", error=type(error).__name__, records=len(part))
        return error

    async def _partly_written(
        self, part: Sequence[Entry[R]], errors: Mapping[int, Exception], search: Bisection[R]
    ) -> None:
        """The sink says itself which ones failed: no search, and only those again."""
        written = [entry for place, entry in enumerate(part) if place not in errors]
        search.is_written(len(written))
        await self._end([(entry, Ending(End.WRITTEN)) for entry in written])
        for place, error in errors.items():
            if self._shop.policies.retry.kind(error) is Kind.DATA:
                search.is_bad(part[place], error)
            else:
                await self._try_later([part[place]], error)

    @staticmethod
    def _endings(part: Sequence[Entry[R]], report: BatchReport) -> list[tuple[Entry[R], Ending]]:
        why = {rejection.index: rejection for rejection in report.rejections}
        return [
            (entry, Ending(End(outcome), why[place].code, why[place].detail) if place in why else Ending(End(outcome)))
            for place, (entry, outcome) in enumerate(zip(part, report.outcomes, strict=True))
        ]

    # ---- what is not written

    async def _try_later(self, entries: Sequence[Entry[R]], error: Exception, pause: float = 0.0) -> None:
        """They wait in the queue for their next attempt, or have had their last."""
        retry, now = self._shop.policies.retry, self._shop.gate.working_time
        tried = [self._tried(entry) for entry in entries]
        why = {entry.handle: retry.refuses(entry.attempts, now - (entry.tried_at or 0.0)) for entry in tried}
        await self._give_up([(entry, error, why[entry.handle]) for entry in tried if why[entry.handle]])
        again = [entry for entry in tried if entry.handle in self._open]
        if again:
            hint = getattr(error, "retry_after", None) or 0.0
            backoff = retry.backoff(max(entry.attempts for entry in again), self._shop.chance())
            self._close(again)
            await self._shop.put_back(again, max(backoff, hint, pause))

    def _tried(self, entry: Entry[R]) -> Entry[R]:
        began = self._began if entry.tried_at is None else entry.tried_at
        return replace(entry, attempts=entry.attempts + 1, tried_at=began)

    async def _bury(self, bad: Sequence[Bad[R]]) -> None:
        await self._give_up([(self._tried(one.entry), one.error, "rejected") for one in bad])

    async def _give_up(self, given_up: Sequence[tuple[Entry[R], Exception, str]]) -> None:
        """Each that is still ours gets a dead letter."""
        given_up = [one for one in given_up if one[0].handle in self._open]
        if not given_up:
            return
        letters = [self._letter(entry, error, code) for entry, error, code in given_up]
        end = await self._shop.resorts.keep(letters)
        endings = [Ending(end, letter.code, letter.detail) for letter in letters]
        await self._end(list(zip((entry for entry, _, _ in given_up), endings, strict=True)))

    def _letter(self, entry: Entry[R], error: Exception, code: str) -> DeadLetter[R]:
        return DeadLetter(
            record=entry.record,
            tenant=entry.tenant,
            code="poison_ratio" if isinstance(error, HopelessBatch) else code,
            detail=str(error)[:LONGEST_DETAIL],
            error_class=type(error).__name__,
            sqlstate=sqlstate_of(error),
            attempts=entry.attempts,
            failed_at=self._shop.today(),
        )

    # ---- ends

    async def _end(self, endings: Iterable[tuple[Entry[R], Ending]]) -> None:
        """Entered once, if the entry is still ours."""
        mine = [(entry, ending) for entry, ending in endings if entry.handle in self._open]
        self._close([entry for entry, _ in mine])
        for entry, ending in mine:
            self._shop.ledger.end(entry, ending)
        await self._shop.queue.ack([entry for entry, _ in mine])

    def _close(self, entries: Sequence[Entry[R]]) -> None:
        for entry in entries:
            del self._open[entry.handle]

    def _all_open(self) -> list[Entry[R]]:
        return list(self._open.values())

    def _measure(self, began: float, status: str) -> None:
        sink = self._shop.sink.name
        self._shop.meter.count("sink_writes", sink=sink, status=status)
        self._shop.meter.observe("sink_write_latency_seconds", self._shop.clock.now() - began, sink=sink)

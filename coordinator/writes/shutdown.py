"""The end of a coordinator: drain as long as there is time, keep what is left, report.

The deadline covers everything: writes, backoffs, an open circuit, dead letters that hang.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

from coordinator.writes.contract import End, Ending
from coordinator.writes.entries import Entry
from coordinator.writes.ports import DeadLetter
from coordinator.writes.supervision import Supervisor
from coordinator.writes.waiting import ends_within, limited
from coordinator.writes.workshop import Workshop

RESERVE = 0.2
"""Part of the time that is kept for what could not be written."""

LONGEST_RESERVE = 5.0
"""Seconds."""


class Shutdown[R]:
    """One per coordinator; `hurry` ends the draining at once."""

    def __init__(self, shop: Workshop[R], supervisor: Supervisor[R]) -> None:
        self._shop = shop
        self._supervisor = supervisor
        self._hurry: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.was_cut_short = False
        self.spilled = 0

    def hurry(self) -> None:
        """What is not written yet is kept, not written."""
        if not self._hurry.done():
            self._hurry.set_result(None)

    async def run(self, timeout: float) -> None:
        """Every entry has ended. Takes `timeout` seconds at the most."""
        clock = self._shop.clock
        ends_at = clock.now() + timeout
        reserve = min(timeout * RESERVE, LONGEST_RESERVE)
        await self._in_time(timeout - reserve, self._shop.queue.drain())
        self.was_cut_short = not await self._is_drained(ends_at - reserve - clock.now())
        await self._supervisor.dismiss((ends_at - clock.now()) / 4)
        left = await self._in_time((ends_at - clock.now()) / 4, self._shop.queue.close())
        if left:
            await self._spill(left, ends_at - clock.now())

    async def _is_drained(self, seconds: float) -> bool:
        """Whether the workers have written everything in time, and nobody was in a hurry."""
        gone = asyncio.ensure_future(self._supervisor.all_gone())
        first = asyncio.ensure_future(asyncio.wait((gone, self._hurry), return_when=asyncio.FIRST_COMPLETED))
        try:
            await ends_within(self._shop.clock, seconds, first)
            return gone.done() and not self._shop.queue.level.held
        finally:
            first.cancel()
            gone.cancel()

    async def _in_time[T](self, seconds: float, work: Awaitable[T]) -> T | None:
        """What a queue says, if it says it: one outside the process may be away, and the end comes nevertheless."""
        try:
            return await limited(self._shop.clock, seconds, work)
        except Exception as error:  # noqa: BLE001 (the end must come)
            self._shop.journal.note("queue_did_not_answer", error=type(error).__name__)
            return None

    async def _spill(self, left: Sequence[Entry[R]], seconds: float) -> None:
        letters = [
            DeadLetter(
                entry.record, entry.tenant, "shutdown", "not written in time", attempts=entry.attempts,
                failed_at=self._shop.today(),
            )
            for entry in left
        ]  # fmt: skip
        end = await self._shop.resorts.keep(letters, seconds)
        self.spilled = len(left) if end is End.DEAD_LETTERED else 0
        for entry in left:
            self._shop.ledger.end(entry, Ending(end, "shutdown", "not written in time"))
        await self._shop.queue.ack(left)

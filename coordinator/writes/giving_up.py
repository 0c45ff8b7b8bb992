"""Where records go that cannot be written: to the dead letters, else to their fallback, else they are reported lost."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import iscoroutinefunction
from itertools import islice

from coordinator.writes.contract import End
from coordinator.writes.journal import Journal
from coordinator.writes.ports import Clock, DeadLetter, DeadLetters
from coordinator.writes.threads import SinkThreads
from coordinator.writes.waiting import limited

PATIENCE = 10.0
"""Seconds for one call; shutdown gives less."""


class LastResorts[R]:
    """Keeps letters and never raises. What nobody keeps is held here for the final report, up to a bound."""

    def __init__(
        self, resorts: Sequence[DeadLetters[R]], threads: SinkThreads, clock: Clock, journal: Journal, bound: int
    ) -> None:
        self._resorts = resorts
        self._threads = threads
        self._clock = clock
        self._journal = journal
        self._bound = bound
        self.lost: list[R] = []
        """Records that could be neither written nor kept."""

    async def keep(self, letters: Sequence[DeadLetter[R]], seconds: float = PATIENCE) -> End:
        """All have the same end: dead-lettered, or abandoned. Takes `seconds` at most, for all resorts together."""
        ends_at = self._clock.now() + seconds
        for place, resort in enumerate(self._resorts):
            share = (ends_at - self._clock.now()) / (len(self._resorts) - place)
            if await self._is_kept(resort, letters, share):
                return End.DEAD_LETTERED
        self._journal.note("records_abandoned", records=len(letters), code=letters[0].code)
        self.lost += islice((letter.record for letter in letters), self._bound - len(self.lost))
        return End.ABANDONED

    async def _is_kept(self, resort: DeadLetters[R], letters: Sequence[DeadLetter[R]], seconds: float) -> bool:
        try:
            await limited(self._clock, seconds, self._call(resort, letters))
        except Exception as error:  # noqa: BLE001 (a broken resort is a reason to try the next, never to stop)
            self._journal.note("dead_letters_not_kept", records=len(letters), error=type(error).__name__)
            return False
        return True

    async def _call(self, resort: DeadLetters[R], letters: Sequence[DeadLetter[R]]) -> None:
        if iscoroutinefunction(resort.keep):
            await resort.keep(letters)
        else:
            await self._threads.call(lambda: resort.keep(letters))

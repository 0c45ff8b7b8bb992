"""The books: where every record is. They balance at every moment, or the coordinator has a fault. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from coordinator.writes.contract import End


@dataclass(frozen=True, slots=True)
class Balance:
    """The books at one moment.

    submitted = rejected + accepted; who still waits for room has not been counted
    accepted + received = written + deduplicated + dropped + dead_lettered + abandoned + handed_over
                          + queued + in_flight

    Only with a durable queue: `received` came from it, `handed_over` went to it (or back to it). Conflicts are among
    the dead-lettered.
    """

    rejected: int
    accepted: int
    received: int
    written: int
    deduplicated: int
    dropped: int
    dead_lettered: int
    conflicts: int
    abandoned: int
    handed_over: int
    queued: int
    in_flight: int

    @property
    def submitted(self) -> int:
        return self.rejected + self.accepted

    @property
    def difference(self) -> int:
        """Records that nobody accounts for; 0, or there is a fault."""
        return self.accepted + self.received - self._accounted

    @property
    def is_even(self) -> bool:
        return self.difference == 0

    @property
    def _accounted(self) -> int:
        ended = self.written + self.deduplicated + self.dropped + self.dead_lettered + self.abandoned
        return ended + self.handed_over + self.queued + self.in_flight


class Books:
    """Counts up; nothing is ever corrected."""

    def __init__(self) -> None:
        self.accepted = 0
        self.rejected = 0
        self.received = 0
        self.returned = 0
        self.ends: Counter[End] = Counter()

    def balance(self, queued: int, in_flight: int) -> Balance:
        ends = self.ends
        return Balance(
            rejected=self.rejected,
            accepted=self.accepted,
            received=self.received,
            written=ends[End.WRITTEN],
            deduplicated=ends[End.DEDUPLICATED],
            dropped=ends[End.DROPPED],
            dead_lettered=ends[End.DEAD_LETTERED] + ends[End.CONFLICT],
            conflicts=ends[End.CONFLICT],
            abandoned=ends[End.ABANDONED],
            handed_over=ends[End.QUEUED] + self.returned,
            queued=queued,
            in_flight=in_flight,
        )

"""The entries of one tenant in one lane, in the order of their acceptance. Pure; time is passed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from math import inf

from coordinator.writes.contract import Trigger
from coordinator.writes.entries import Entry

BLINK = 1e-6
"""Seconds. A timer may fire this much early: sums of floats are not exact."""


class Line[R]:
    """Where a tenant waits. The first entry decides when the line is due, whoever came later."""

    def __init__(self, batch_size: int, flush_interval: float) -> None:
        self._batch_size = batch_size
        self._flush_interval = flush_interval
        self._entries: deque[Entry[R]] = deque()
        self._flushed = 0
        """So many of the first entries are due at once."""
        self._paused_until = -inf
        self.batches = 0
        """In flight now."""

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry[R]]:
        return iter(self._entries)

    @property
    def is_full_batch(self) -> bool:
        return len(self._entries) >= self._batch_size

    @property
    def oldest_at(self) -> float:
        return self._entries[0].accepted_at

    def add(self, entry: Entry[R]) -> None:
        self._entries.append(entry)

    def put_back(self, entries: Sequence[Entry[R]], not_before: float) -> None:
        """They come before all others; the whole line waits for them."""
        self._entries.extendleft(reversed(entries))
        self._flushed += len(entries)
        self._paused_until = max(self._paused_until, not_before)

    def flush(self) -> None:
        self._flushed = len(self._entries)

    def drop_oldest(self) -> Entry[R]:
        self._flushed = max(0, self._flushed - 1)
        return self._entries.popleft()

    def take(self, count: int) -> tuple[Entry[R], ...]:
        self._flushed = max(0, self._flushed - count)
        return tuple(self._entries.popleft() for _ in range(count))

    def due(self, now: float, *, is_draining: bool) -> Trigger | None:
        """Why a batch may be taken now, if it may."""
        if not self._entries or now < self._paused_until - BLINK:
            return None
        if self.is_full_batch:
            return Trigger.SIZE
        if is_draining:
            return Trigger.DRAIN
        if self._flushed:
            return Trigger.FLUSH
        return Trigger.INTERVAL if now >= self._interval_ends - BLINK else None

    def due_at(self, *, is_draining: bool) -> float:
        """When a batch may be taken, as far as is known now; the line has entries."""
        is_due_at_once = is_draining or self._flushed or self.is_full_batch
        return max(self._paused_until, -inf if is_due_at_once else self._interval_ends)

    @property
    def batch_length(self) -> int:
        """Of the batch that would be taken."""
        return min(len(self._entries), self._batch_size)

    @property
    def _interval_ends(self) -> float:
        return self.oldest_at + self._flush_interval

"""Which records of a refused batch are the bad ones: halves, quarters, down to the single record. Pure.

Halving costs about 2·log2(n) writes per bad record, so where many are bad the rest is tried one by one; where most are
bad the sink itself is taken to be wrong, and the search ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coordinator.writes.entries import Entry

ONE_BY_ONE = 0.15
"""Share of bad records above which halving costs more than trying one by one."""


@dataclass(frozen=True, slots=True)
class PoisonGuard:
    """More than `ratio` of at least `least` records bad: not the records are wrong but the sink."""

    ratio: float = 0.5
    least: int = 20

    def __post_init__(self) -> None:
        if not 0 < self.ratio <= 1 or self.least < 1:
            raise ValueError(f"expected 0 < ratio <= 1 and least >= 1, got {self.ratio} and {self.least}")


@dataclass(frozen=True, slots=True)
class Bad[R]:
    """A record that can never be written, and what the sink said about it."""

    entry: Entry[R]
    error: Exception


class Bisection[R]:
    """One batch under search. Ask for the next part, say what came of it."""

    def __init__(self, entries: Sequence[Entry[R]], guard: PoisonGuard) -> None:
        self._guard = guard
        self._parts: list[tuple[Entry[R], ...]] = [tuple(entries)]
        self._good = 0
        self.bad: list[Bad[R]] = []

    def next_part(self) -> tuple[Entry[R], ...] | None:
        """What to write next; nothing when all is decided, or the search has become hopeless."""
        if not self._parts or self.is_hopeless:
            return None
        part = self._parts.pop()
        if self._has_many_bad and len(part) > 1:
            self._split(part, 1)
            part = self._parts.pop()
        return part

    def is_written(self, count: int) -> None:
        self._good += count

    def is_bad(self, entry: Entry[R], error: Exception) -> None:
        """The sink has named this record."""
        self.bad.append(Bad(entry, error))

    def is_refused(self, part: Sequence[Entry[R]], error: Exception) -> None:
        """Something in this part is bad: its halves come next, or it is the bad record itself."""
        if len(part) == 1:
            self.is_bad(part[0], error)
            return
        self._split(part, (len(part) + 1) // 2)

    @property
    def is_hopeless(self) -> bool:
        return self._decided >= self._guard.least and self._share_of_bad > self._guard.ratio

    @property
    def undecided(self) -> list[Entry[R]]:
        """What has not been tried to its end, in order."""
        return [entry for part in reversed(self._parts) for entry in part]

    def _split(self, part: Sequence[Entry[R]], size: int) -> None:
        self._parts += [tuple(part[at : at + size]) for at in range(0, len(part), size)][::-1]

    @property
    def _has_many_bad(self) -> bool:
        return self._decided >= self._guard.least and self._share_of_bad > ONE_BY_ONE

    @property
    def _decided(self) -> int:
        return self._good + len(self.bad)

    @property
    def _share_of_bad(self) -> float:
        return len(self.bad) / self._decided if self._decided else 0.0

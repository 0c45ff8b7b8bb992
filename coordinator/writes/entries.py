"""A record on its way: what a queue carries. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from coordinator.writes.contract import Ending, Lane, Trigger


class Recipient(Protocol):
    """Whoever wants to know how a record ends."""

    def settle(self, ending: Ending) -> None: ...


@dataclass(frozen=True, slots=True)
class Entry[R]:
    """One record in a queue."""

    record: R
    tenant: str = ""
    lane: Lane = Lane.LIVE
    size: int = 0
    """Bytes, as the coordinator's `size_of` says; 0 where nobody counts them."""
    attempts: int = 0
    """How often a sink has tried and failed to write it."""
    accepted_at: float = 0.0
    """Seconds of the coordinator's clock."""
    tried_at: float | None = None
    """When a sink tried first."""
    handle: str = ""
    """Given by the queue: the queue finds the entry by it until it is acknowledged."""
    receipt: Recipient | None = field(default=None, compare=False, repr=False)
    """Only in the process that submitted it."""


@dataclass(frozen=True, slots=True)
class Batch[R]:
    """Entries of one tenant and one lane, taken together."""

    entries: tuple[Entry[R], ...]
    trigger: Trigger

    @property
    def tenant(self) -> str:
        return self.entries[0].tenant

    @property
    def lane(self) -> Lane:
        return self.entries[0].lane

    @property
    def records(self) -> tuple[R, ...]:
        return tuple(entry.record for entry in self.entries)

    def __len__(self) -> int:
        return len(self.entries)

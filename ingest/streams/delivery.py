"""A record in a reader's hands, and how a record becomes bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from redis.exceptions import RedisError

from coordinator.writes.entries import Entry
from ingest.streams.store import Place, Ticket

OUT_OF_REACH = (RedisError, OSError)
"""What the client raises when the server is not there, or not now."""


class Codec[R](Protocol):
    def encode(self, record: R) -> bytes: ...

    def decode(self, payload: bytes) -> R:
        """Raises ValueError for what is no record of ours."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery[R]:
    """A record, and where on the server it still lies."""

    record: R
    place: Place
    ticket: Ticket


def entry_with[A, B](entry: Entry[A], record: B) -> Entry[B]:
    """The same entry with something else in it."""
    return Entry(
        record,
        entry.tenant,
        entry.lane,
        entry.size,
        entry.attempts,
        entry.accepted_at,
        entry.tried_at,
        entry.handle,
        entry.receipt,
    )

"""The queue's calls to the server, one method each; no policy."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from coordinator.writes.contract import Lane
from coordinator.writes.limits import QueueLimits
from ingest.streams.scripts import ACK, BELL_ROPES, GROUP, PUT

A_DAY_MS = 24 * 3600 * 1000

type Ticket = tuple[bytes, int]
"""Id of an entry in its stream, and the size that it was accepted with."""


@dataclass(frozen=True, slots=True)
class Books:
    """What the queue holds, readers' hands included."""

    held: int
    size: int


@dataclass(frozen=True, slots=True)
class Place:
    """One tenant's entries of one lane: a stream of their own."""

    tenant: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Raw:
    """An entry as it lies in its stream; `deliveries` counts the readers that have had it, this one included."""

    place: Place
    ticket: Ticket
    payload: bytes
    deliveries: int = 1


class StreamStore:
    """One queue on one server, as one reader or producer sees it."""

    def __init__(self, redis: Redis, name: str, consumer: str) -> None:
        self._redis = redis
        self._prefix = f"{{{name}}}:"
        self._consumer = consumer
        self._put = redis.register_script(PUT)
        self._ack = redis.register_script(ACK)

    async def put(
        self, place: Place, payloads: Sequence[tuple[bytes, int]], limits: QueueLimits
    ) -> tuple[int, str, Books]:
        """How many were accepted, what was full (or nothing), and the books."""
        most_bytes = -1 if limits.capacity_bytes is None else limits.capacity_bytes
        shares = (limits.capacity, most_bytes, limits.tenant_capacity, limits.bulk_capacity)
        said = [part for payload in payloads for part in payload]
        keys = [self._stream(place), self._key("streams"), self._key("books"), self._key("bell")]
        accepted, full, held, size = await self._put(keys, [*self._who(place), *shares, BELL_ROPES, *said])
        return int(accepted), bytes(full).decode(), Books(int(held), int(size))

    async def ack(self, place: Place, tickets: Iterable[Ticket]) -> Books:
        keys = [self._stream(place), self._key("streams"), self._key("books")]
        said = [part for ticket in tickets for part in ticket]
        held, size = await self._ack(keys, [*self._who(place), *said])
        return Books(int(held), int(size))

    async def books(self) -> Books:
        held, size = cast("tuple[bytes | None, ...]", await self._call("HMGET", self._key("books"), "all", "bytes"))
        return Books(int(held or 0), int(size or 0))

    async def places(self) -> list[Place]:
        """Where entries are, read or not."""
        members = cast("Iterable[bytes]", await self._call("SMEMBERS", self._key("streams")))
        return [self._place(member) for member in members]

    async def read(self, place: Place, count: int) -> list[Raw]:
        """Entries that no reader has had."""
        stream = self._stream(place)
        try:
            answer = await self._redis.xreadgroup(GROUP, self._consumer, {stream: ">"}, count=count)
        except ResponseError as error:
            if _is_gone(error):
                return []
            raise
        return [_raw(place, entry) for _, entries in answer for entry in entries]

    async def overdue(self, place: Place, idle_seconds: float, count: int) -> list[Raw]:
        """Entries of readers that have not been heard of for so long: now in our hands."""
        stream, idle = self._stream(place), int(idle_seconds * 1000)
        try:
            pending = await self._redis.xpending_range(stream, GROUP, "-", "+", count, idle=idle)
            had = {bytes(row["message_id"]): int(row["times_delivered"]) for row in pending}
            if not had:
                return []
            claimed = await self._redis.xclaim(stream, GROUP, self._consumer, idle, list(had))
        except ResponseError as error:
            if _is_gone(error):
                return []
            raise
        return [_raw(place, entry, had[bytes(entry[0])] + 1) for entry in claimed]

    async def hold(self, place: Place, tickets: Iterable[Ticket]) -> None:
        """We are alive and still have these."""
        await self._claim_again(place, tickets)

    async def release(self, place: Place, tickets: Iterable[Ticket]) -> None:
        """Another reader may have these at once."""
        await self._claim_again(place, tickets, "IDLE", A_DAY_MS)
        await self.ring()

    async def put_aside(self, raw: Raw, most: int) -> None:
        """Keeps an entry that nobody can read where it can be looked at."""
        stream, place = self._key("unreadable"), raw.place
        await self._redis.xadd(stream, {"r": raw.payload, "tenant": place.tenant}, maxlen=most, approximate=True)

    async def ring(self) -> None:
        """One reader that waits looks again."""
        await self._call("LPUSH", self._key("bell"), "1")

    async def wait_for_bell(self, seconds: float) -> None:
        """Somebody has put something in, or the time is over."""
        await self._call("BRPOP", self._key("bell"), seconds)

    async def close(self) -> None:
        async with asyncio.timeout(1):
            await self._redis.aclose()

    async def _call(self, *words: object, **parsing: bool) -> object:
        return await self._redis.execute_command(*words, **parsing)  # type: ignore[no-untyped-call]

    async def _claim_again(self, place: Place, tickets: Iterable[Ticket], *more: object) -> None:
        ids = [ticket[0] for ticket in tickets]
        stream = self._stream(place)
        await self._call("XCLAIM", stream, GROUP, self._consumer, 0, *ids, *more, "JUSTID", parse_justid=True)

    def _who(self, place: Place) -> tuple[str, str, int]:
        return GROUP, place.tenant, int(place.lane is Lane.BULK)

    def _key(self, name: str) -> str:
        return self._prefix + name

    def _stream(self, place: Place) -> str:
        return self._key(f"{place.lane.name.lower()}:{place.tenant}")

    def _place(self, stream: bytes) -> Place:
        lane, _, tenant = stream.decode().removeprefix(self._prefix).partition(":")
        return Place(tenant, Lane[lane.upper()])


def _raw(place: Place, entry: tuple[bytes, dict[bytes, bytes]], deliveries: int = 1) -> Raw:
    entry_id, fields = entry
    return Raw(place, (entry_id, int(fields[b"s"])), fields[b"r"], deliveries)


def _is_gone(error: ResponseError) -> bool:
    """The stream was emptied and removed between two looks."""
    return str(error).startswith("NOGROUP")

"""The result cache: tier 1 in the process, tier 2 shared, one build at a time for what neither has.

Rules:
- An answer is found only at the data stamp that the section has now, and handed out with that stamp: for the domains
  the oracle reads, both are the same data.
- It works without tier 2 and while tier 2 does not answer; `is_degraded` says so.
- Nothing here raises but cancellation, and errors of the database that `stamp` reads (`consult` turns these to misses).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

import structlog
from django.db import DatabaseError, InterfaceError

from oracles.cache.coalesce import Build, BuildStopped, Coalescer
from oracles.cache.codec import Unreadable, decode, encode
from oracles.cache.keys import EntryKey, entry_key, lease_key, place
from oracles.cache.local import LocalTier
from oracles.cache.shared import SharedTier
from oracles.clock import Clock
from oracles.contract import DataStamp, Failed, FailureReason, Loaded, Oracle, OracleKey, OracleResult, Scope, Source

log = structlog.get_logger(__name__)

LEASE_SECONDS = 10.0
"""Longer than any load; a process that dies holding one delays others by `LEASE_WAIT_SECONDS` at most."""
LEASE_WAIT_SECONDS = 2.0
LEASE_POLL_SECONDS = 0.025

type Found = dict[OracleKey, Loaded]


class ResultCache:
    """One per process, for every event loop of it."""

    def __init__(
        self,
        table: Mapping[OracleKey, Oracle],
        stamp: Callable[[Scope], Awaitable[DataStamp]],
        clock: Clock,
        new_id: Callable[[], str],
        *,
        local: LocalTier,
        shared: SharedTier | None = None,
    ) -> None:
        self._table = table
        self._stamp = stamp
        self._clock = clock
        self._new_id = new_id
        self._local = local
        self._shared = shared
        self._coalescer = Coalescer()

    @property
    def is_degraded(self) -> bool:
        """Whether the shared tier is configured and does not serve."""
        return self._shared is not None and self._shared.is_degraded

    # ---- the coordinator's port -----------------------------------------------------------------------------

    async def consult(self, scope: Scope, keys: frozenset[OracleKey]) -> Mapping[OracleKey, Loaded]:
        """What is known about the data as it is now. Nothing, when the database cannot say how it is."""
        try:
            stamp = await self._stamp(scope)
        except (DatabaseError, InterfaceError) as error:
            log.warning("stamp_unreadable", error=type(error).__name__, section=scope.section_id)
            return {}
        return await self.lookup_required(scope, stamp, keys)

    async def store(self, result: Loaded) -> None:
        """Keep the answer under its own scope; a fresher one stays (R9)."""
        await self.write_oracle(result)

    # ---- reads and writes -----------------------------------------------------------------------------------

    async def lookup_required(self, scope: Scope, stamp: DataStamp, keys: Iterable[OracleKey]) -> Found:
        """The answers that either tier has; what only the shared one had is kept here from now on."""
        wanted = [key for key in sorted(keys) if key in self._table]
        found = {key: kept for key in wanted if (kept := self._kept(scope, stamp, key))}
        return found | await self.lookup_revisit(scope, stamp, [key for key in wanted if key not in found])

    async def lookup_revisit(self, scope: Scope, stamp: DataStamp, keys: Iterable[OracleKey]) -> Found:
        """The answers that the shared tier has, in one call."""
        if self._shared is None:
            return {}
        places = {key: entry_key(scope, self._table[key], stamp) for key in keys if key in self._table}
        answers = await self._shared.get(tuple(places.values()))
        found: Found = {}
        for (key, where), data in zip(places.items(), answers, strict=True):
            if data is not None and (result := self._decoded(data, scope, key, stamp)):
                self._local.put(where, result, len(data))
                found[key] = result
        return found

    async def write_oracle(self, result: Loaded) -> None:
        """Both tiers have the answer, unless they had a fresher one."""
        oracle = self._table.get(result.key)
        if oracle is None or not _is_of(result, oracle):
            log.warning("result_refused", oracle=result.key, section=result.scope.section_id)
            return
        where = entry_key(result.scope, oracle, result.stamp)
        if self._local.get(place(result.scope), result.key, where) is result:
            return  # by the build that everybody shares; packing a large class again would hold the event loop up
        data = encode(result)
        if self._local.put(where, result, len(data)) and self._shared is not None:
            await self._shared.put(where, data)

    def touch_container(self, scope: Scope) -> None:
        """The container counts as used just now: it is evicted last."""
        self._local.touch(place(scope))

    async def coalesce_or_build(self, scope: Scope, key: OracleKey, build: Build) -> OracleResult:
        """The answer at the data as it is now: found, or built once for everybody who asks meanwhile.

        The build goes on while anybody waits for it and is cancelled with the last.
        """
        try:
            stamp = await self._stamp(scope)
        except (DatabaseError, InterfaceError):
            return await build()  # it says best what is wrong
        where = entry_key(scope, self._table[key], stamp)
        try:
            return await self._coalescer.join(where, lambda: self._built(scope, key, stamp, where, build))
        except BuildStopped:
            return Failed(scope, key, FailureReason.CANCELLED)

    def close(self) -> None:
        if self._shared is not None:
            self._shared.close()

    # ---- one build ------------------------------------------------------------------------------------------

    async def _built(
        self, scope: Scope, key: OracleKey, stamp: DataStamp, where: EntryKey, build: Build
    ) -> OracleResult:
        if found := self._kept(scope, stamp, key):
            return found
        holder = self._new_id()
        if self._shared is None or await self._shared.take_lease(lease_key(where), holder, LEASE_SECONDS):
            return await self._build_holding(where, holder, build)
        return await self._built_elsewhere(scope, key, stamp) or await self._build_and_keep(build)

    async def _build_holding(self, where: EntryKey, holder: str, build: Build) -> OracleResult:
        try:
            return await self._build_and_keep(build)
        finally:
            if self._shared is not None:
                await self._shared.release_lease(lease_key(where), holder)

    async def _build_and_keep(self, build: Build) -> OracleResult:
        result = await build()
        if isinstance(result, Loaded):
            await self.write_oracle(result)
        return result

    async def _built_elsewhere(self, scope: Scope, key: OracleKey, stamp: DataStamp) -> Loaded | None:
        """What another process was building, if it comes in time and the shared tier still answers."""
        until = self._clock.now() + LEASE_WAIT_SECONDS
        while not self.is_degraded and self._clock.now() < until:
            if found := (await self.lookup_revisit(scope, stamp, [key])).get(key):
                return found
            await self._pause(LEASE_POLL_SECONDS)
        return None

    async def _pause(self, seconds: float) -> None:
        over = asyncio.Event()
        timer = self._clock.call_later(seconds, over.set)
        try:
            await over.wait()
        finally:
            timer.cancel()

    # ---- one entry ------------------------------------------------------------------------------------------

    def _kept(self, scope: Scope, stamp: DataStamp, key: OracleKey) -> Loaded | None:
        kept = self._local.get(place(scope), key, entry_key(scope, self._table[key], stamp))
        if kept is None or kept.scope != scope:
            return None
        return replace(kept, stamp=stamp, source=Source.CACHE)

    def _decoded(self, data: bytes, scope: Scope, key: OracleKey, stamp: DataStamp) -> Loaded | None:
        try:
            result = decode(data, scope, self._table[key], self._clock.now())
        except Unreadable:
            log.warning("entry_unreadable", oracle=key, section=scope.section_id)
            return None
        return replace(result, stamp=stamp)


def _is_of(result: Loaded, oracle: Oracle) -> bool:
    """The identity guard of writes: the payload is what this version of the oracle answers."""
    return result.version == oracle.version and isinstance(result.payload, oracle.payload)

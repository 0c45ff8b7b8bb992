"""What a complete dashboard shows is kept as a snapshot, so that what is on the screen is what is exported.

The id follows from what is shown (scope, settings, answers, minute): everybody who looks at the same has the same
snapshot, which is assembled and kept once. It is announced at once and kept right after; whoever asks for it meanwhile
in this process waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from hashlib import blake2b
from threading import Lock
from time import perf_counter

import msgspec
from django.core.cache import cache

from coordinator.ports import Meter
from courses.scopes import names_from
from dashboard_project import wiring
from dashboard_project.kept_facts import FactsMemory
from dashboard_project.kept_snapshots import KeptSnapshots
from dashboard_project.projection_rules import deployed
from dashboard_project.web.remembering import InBackground, Memory
from dashboard_project.web.tiles import Viewing
from dashboard_project.web.workers import in_database_worker
from oracles.contract import Domain, Failed, Loaded, OracleKey, OracleResult, Scope, TenantId
from snapshot.assembler import assemble
from snapshot.contract import SNAPSHOT_VERSION, Snapshot
from snapshot.data_snapshot import metadata, newest
from snapshot.projections.rules import Rules
from snapshot.telemetry import record_assembly

log = logging.getLogger("lectern.export")

REMEMBERED = 2_000
LONGEST_WAIT = 10.0
"""Seconds."""

type Results = Mapping[OracleKey, OracleResult]


class ShownSnapshots:
    """One per process; `keep` is called on the event loop and returns at once."""

    def __init__(
        self,
        store: KeptSnapshots,
        threads: Executor,
        rules: Rules,
        meter: Meter,
        memory: Memory,
        *,
        oldest_roster: Callable[[Scope], Awaitable[int]],
    ) -> None:
        self._store = store
        self._oldest_roster = oldest_roster
        self._threads = threads
        self._rules = rules
        self._meter = meter
        self._memory = memory
        self._begun: OrderedDict[tuple[TenantId, str], Future[None]] = OrderedDict()
        self._lock = Lock()

    def keep(self, viewing: Viewing, results: Results) -> str:
        """The id of what is shown; it is kept from now on, or soon."""
        if self._memory.is_due(viewing.context, viewing.moment):
            self._memory.visit(viewing.context, viewing.moment)
        snapshot_id = self._id_of(viewing, results)
        key = (viewing.context.tenant_id, snapshot_id)
        with self._lock:
            if key in self._begun:
                return snapshot_id
            work = self._begun[key] = self._threads.submit(self._keep, viewing, results, snapshot_id)
            while len(self._begun) > REMEMBERED:
                self._begun.popitem(last=False)
        work.add_done_callback(partial(self._ended, key))
        return snapshot_id

    def put(self, snapshot: Snapshot) -> None:
        """One that was assembled already is kept soon."""
        self._threads.submit(self._store.keep, snapshot)

    async def find(self, tenant_id: TenantId, snapshot_id: str) -> Snapshot | None:
        """The snapshot under this id, if it is this tenant's and still there, and names nobody who may not be named."""
        with self._lock:
            begun = self._begun.get((tenant_id, snapshot_id))
        if begun is not None:
            await asyncio.wait([asyncio.wrap_future(begun)], timeout=LONGEST_WAIT)
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._store.find, tenant_id, snapshot_id)
        if found is None or found.stamp[Domain.ROSTER] < await self._oldest_roster(found.scope):
            return None
        return found

    def _keep(self, viewing: Viewing, results: Results, snapshot_id: str) -> None:
        scope, begun_at = viewing.context.scope, perf_counter()
        about = metadata(viewing.context, viewing.moment, newest(results))
        made = assemble(about, scope, snapshot_id, results, snapshot_id, rules=self._rules)
        record_assembly(self._meter, scope, perf_counter() - begun_at)
        self._store.keep(made)
        self._memory.keep(viewing.context, made)

    def _ended(self, key: tuple[TenantId, str], work: Future[None]) -> None:
        """What could not be kept is tried again for the next who looks."""
        if work.cancelled() or work.exception() is not None:
            log.warning("snapshot_not_kept", exc_info=None if work.cancelled() else work.exception())
            with self._lock:
                self._begun.pop(key, None)

    def _id_of(self, viewing: Viewing, results: Results) -> str:
        """Equal for what is equal: everything a snapshot is made of, and the versions of its shape."""
        answers = [_said(results[key]) for key in sorted(results)]
        versions = (SNAPSHOT_VERSION, dict(self._rules.versions))
        about = metadata(viewing.context, viewing.moment, newest(results))
        scope = viewing.context.scope
        made_of = (scope.tenant_id, scope.section_id, scope.container_id, about, answers, versions)
        return blake2b(msgspec.json.encode(made_of, order="deterministic"), digest_size=16).hexdigest()


def _said(answer: OracleResult) -> tuple[object, ...]:
    """Which answer it is, wherever it came from."""
    match answer:
        case Loaded():
            return answer.key, answer.version, answer.stamp
        case Failed():
            return answer.key, answer.reason
    return (answer.key,)


async def oldest_roster(scope: Scope) -> int:
    """The oldest roster, by its counter, of which names may still be shown."""
    return await in_database_worker(names_from, scope)


SHOWN = ShownSnapshots(
    KeptSnapshots(cache),
    ThreadPoolExecutor(1, "snapshots"),
    deployed(),
    wiring.meter(),
    InBackground(FactsMemory(), ThreadPoolExecutor(1, "memory")),
    oldest_roster=oldest_roster,
)
"""Those of this process; one thread, so that keeping never takes more than one core from showing."""

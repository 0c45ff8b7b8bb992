"""The composition root: the one place where cache, runner, meter and clock are built and put together.

Built at first use, once per process, for every event loop of it; `close` ends all of it, and the next use builds anew.
So are the hints that follow a commit of new data: where this process sends them, and who hears them.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from random import Random
from threading import Lock
from time import monotonic
from uuid import uuid4

import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from prometheus_client import REGISTRY

from coordinator.clock import LoopClock
from coordinator.contract import Limits
from coordinator.meters import LogMeter, SeveralMeters
from coordinator.ports import Meter, Ports
from coordinator.writes.health import CoordinatorHealth
from courses.scopes import stamp_of
from dashboard_project.hints.courier import Courier
from dashboard_project.hints.process import ProcessHints
from dashboard_project.hints.publisher import Publisher
from dashboard_project.hints.watch import Outside, SectionWatch
from dashboard_project.hints.wire import Layer
from dashboard_project.meters import FIGURES
from dashboard_project.oracle_figures import OracleFigures
from dashboard_project.write_figures import WriteFigures
from dashboard_project.writing import Writing
from ingest.pipeline import Intake
from ingest.reception import Reception
from oracles.cache.local import LocalTier
from oracles.cache.result_cache import ResultCache
from oracles.cache.shared import SharedTier, answers
from oracles.contract import DataStamp, Oracle, OracleKey, OracleResult, Scope
from oracles.instructor import ON_DEMAND, ORACLES
from oracles.runner.pool import DatabaseThreads
from oracles.runner.runner import Runner
from oracles.runner.slots import SessionId
from oracles.runner.stamps import Stamps

log = structlog.get_logger(__name__)

FEWEST_THREADS = 8
MOST_CONNECTIONS = 12
"""The most that oracles take of what psycopg's pool gives (`databases.POOL_SIZE`)."""
STAMP_THREADS = 2
POLL_SECONDS = 15.0
"""How long an open dashboard may not know of new data when every hint is lost."""
RECHECK_SECONDS = 30.0
"""How long somebody who has signed out, or may no longer look, may still have a dashboard open."""


@dataclass(frozen=True, slots=True)
class SharedLoads:
    """The runner port of one session: loads that several sessions want at once are one load."""

    runner: Runner
    cache: ResultCache
    session: SessionId

    async def run(self, scope: Scope, key: OracleKey) -> OracleResult:
        return await self.cache.coalesce_or_build(scope, key, lambda: self._load(scope, key))

    async def _load(self, scope: Scope, key: OracleKey) -> OracleResult:
        result = await self.runner.run(scope, key, self.session)
        ORACLE_FIGURES.note(result)
        return result


@dataclass(frozen=True, slots=True)
class Parts:
    """What lives as long as the process."""

    cache: ResultCache
    runner: Runner
    stamps: Stamps
    meter: Meter
    clock: LoopClock

    def ports(self) -> Ports:
        """Ports for one session's driver."""
        loads = SharedLoads(self.runner, self.cache, self.runner.new_session())
        return Ports(self.cache, loads, self.meter, self.clock)

    def close(self) -> None:
        self.runner.close()
        self.stamps.close()
        self.cache.close()


def build(table: Mapping[OracleKey, Oracle], alias: str, redis_url: str) -> Parts:
    """Everything, put together; nothing is connected yet."""
    clock = LoopClock()
    stamps = Stamps(DatabaseThreads(STAMP_THREADS, "stamps", alias), stamp_of)
    shared = SharedTier(redis_url, clock.now) if redis_url else None
    cache = ResultCache(table, stamps.of, clock, lambda: uuid4().hex, local=LocalTier(clock.now), shared=shared)
    questions = {**table, **ON_DEMAND}
    runner = Runner(questions, DatabaseThreads(oracle_threads(), "oracles", alias), clock, lambda: datetime.now(UTC))
    return Parts(cache, runner, stamps, _METER, clock)


def oracle_threads() -> int:
    """The setting ORACLE_THREADS, else twice the cores, at least 8, never more than the database gives connections."""
    wished: int = getattr(settings, "ORACLE_THREADS", None) or max(FEWEST_THREADS, 2 * (os.cpu_count() or 1))
    return min(wished, MOST_CONNECTIONS)


def ports() -> Ports:
    """Ports for one session's driver: call it once per session, so that sessions are treated fairly."""
    return parts().ports()


async def ask(scope: Scope, key: OracleKey) -> OracleResult:
    """The answer to one question that no dashboard waits for (`oracles.instructor.ON_DEMAND`), asked anew."""
    result = await parts().runner.run(scope, key)
    ORACLE_FIGURES.note(result)
    return result


def limits() -> Limits:
    """Deadlines and sizes of one session: the coordinator's own, unless COORDINATOR_LIMITS says otherwise."""
    return Limits(**getattr(settings, "COORDINATOR_LIMITS", {}))


def parts() -> Parts:
    """The parts of this process, built at the first call."""
    return _ROOT.parts()


def meter() -> Meter:
    """Where this process's figures go. Any thread may call."""
    return _METER


def write_health() -> CoordinatorHealth | None:
    """Of this process's write coordinator; `None` before anything was taken."""
    return _WRITING.health()


def open_dashboards() -> Mapping[int, int]:
    """How many dashboards of each section (by id) are open in this process. Any thread may call."""
    return hints().followers()


def reception() -> Reception:
    """Where requests with events are dealt with, built at the first call."""
    return _WRITING.reception()


def intake() -> Intake:
    """Takes events from anywhere in this process: the endpoint has no other way in."""
    return reception().intake


@cache
def hints() -> ProcessHints:
    """The hints of this process."""
    layer = _layer() if _ROOT.redis_url() else None
    courier = Courier(layer, monotonic) if layer else None
    return ProcessHints(_outside, lambda hear: Publisher(hear, courier))


def watch() -> SectionWatch:
    """What tells the dashboards of the running loop how far their sections have moved."""
    return hints().watch()


def serve() -> None:
    """From now on a Redis that is gone is tried again and again, and told about: this process serves pages.

    Any other process (a command) looks for it once, and does without it in silence: nothing is shared, and dashboards
    of other processes find new data by their poll.
    """
    _ROOT.is_serving = True


def close() -> None:
    """No thread and no connection of ours is left."""
    _WRITING.close()
    if hints.cache_info().currsize:
        hints().close()
    _ROOT.close()


def _outside() -> Outside:
    return Outside(_stamp, LoopClock(), _poll_seconds, _layer())


async def _stamp(scope: Scope) -> DataStamp:
    return await parts().stamps.of(scope)


def _poll_seconds() -> float:
    longest = float(getattr(settings, "LIVE_POLL_SECONDS", POLL_SECONDS))
    return _DICE.uniform(longest * 2 / 3, longest)


def recheck_seconds() -> float:
    """Who opened a hundred dashboards at once, or came back to them, does not ask for all of them at once for ever."""
    longest = float(getattr(settings, "ACCESS_RECHECK_SECONDS", RECHECK_SECONDS))
    return _DICE.uniform(longest / 2, longest)


def _layer() -> Layer | None:
    """The layer that other processes share; the one in memory is nobody else's, and our own hints need none."""
    layer: Layer | None = get_channel_layer() if settings.REDIS_URL else None
    return layer


class Root:
    """Holds the parts of this process; a forked child builds its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._parts: Parts | None = None
        self._pid = 0
        self.is_serving = False

    def parts(self) -> Parts:
        with self._lock:
            if self._parts is None or self._pid != os.getpid():
                self._parts = build(ORACLES, settings.ORACLE_DATABASE, self.redis_url())
                self._pid = os.getpid()
            return self._parts

    def redis_url(self) -> str:
        """Of the server that processes share; nothing where this process does without one."""
        url: str = settings.REDIS_URL
        if not url or self.is_serving or answers(url):
            return url
        log.debug("redis_absent")
        return ""

    def close(self) -> None:
        with self._lock:
            closing, self._parts = self._parts, None
        if closing is not None and self._pid == os.getpid():
            closing.close()


_METER: Meter = SeveralMeters(FIGURES, LogMeter())
ORACLE_FIGURES = OracleFigures(FIGURES, lambda: datetime.now(UTC))
"""How this process's questions to the database have gone."""
_ROOT = Root()
_WRITING = Writing()
REGISTRY.register(WriteFigures(_WRITING.health))
_DICE = Random()  # noqa: S311  spreads polls
atexit.register(close)

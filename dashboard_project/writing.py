"""The writing side put together: what requests with events go through, once per process, for every event loop of it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from uuid import uuid4

from django.conf import settings
from django.db import connections
from redis.asyncio import Redis

from coordinator.writes.breaker import BreakerPolicy
from coordinator.writes.health import CoordinatorHealth
from coordinator.writes.options import Options
from coordinator.writes.write_coordinator import WriteCoordinator
from dashboard_project.ingest_queue import connect, stream_queue
from dashboard_project.lifecycle import lifecycle
from dashboard_project.meters import FIGURES
from ingest.coordinated import CoordinatedIntake
from ingest.door import Door
from ingest.last_resorts import DatabaseLetters, spool
from ingest.pipeline import PlacedSink
from ingest.placing import Placed
from ingest.rates import Rate, Rates
from ingest.reception import Reception, ReceptionLimits
from ingest.tokens import owners_of
from oracles.runner.pool import DatabaseThreads

READERS = 2
"""Threads that read what was sent and look up what it names."""
WRITERS = 2
CAPACITY = 10_000
"""Events queued and in flight; above four fifths of it senders are told to wait, until it is half empty."""
CLOSE_SECONDS = 10.0
COOLDOWN_SECONDS = 2.0
"""How long a database that is away is left alone before one batch tries it again."""
STREAMS = "streams"
FLUSH_SECONDS = 0.02
"""Somebody waits for the answer: long enough for requests of the same moment to share a batch."""
TENANT_SHARE = 0.5
"""Part of the queue that one institution may fill: the others always find room."""


class Writing:
    """Holds the reception of this process; a forked child builds its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reception: Reception | None = None
        self._intake: CoordinatedIntake | None = None
        self._pid = 0

    def reception(self) -> Reception:
        with self._lock:
            if self._reception is None or self._pid != os.getpid():
                self._pid = os.getpid()
                self._intake = CoordinatedIntake(coordinating, lambda: lifecycle.is_draining)
                self._reception = _reception(self._intake)
            return self._reception

    def health(self) -> CoordinatorHealth | None:
        """Of the coordinator, if something has been taken in this process."""
        with self._lock:  # or it might close meanwhile
            if self._intake is None or self._pid != os.getpid():
                return None
            return self._intake.health()

    def close(self) -> None:
        """What was taken is written; no thread and no connection is left."""
        with self._lock:
            reception, intake = self._reception, self._intake
            self._reception, self._intake = None, None
        if reception is not None and intake is not None and self._pid == os.getpid():
            intake.close()
            reception.door.close()
            reception.threads.close()


@asynccontextmanager
async def coordinating() -> AsyncIterator[WriteCoordinator[Placed]]:
    """The coordinator of this process, running; what it has taken is written when this is left."""
    async with AsyncExitStack() as stack:
        if settings.INGEST_QUEUE == STREAMS:
            coordinator = into_streams(await stack.enter_async_context(connect()))
        else:
            coordinator = in_memory()
        await coordinator.start()
        try:
            yield coordinator
        finally:
            await coordinator.stop(timeout=CLOSE_SECONDS)


def in_memory() -> WriteCoordinator[Placed]:
    """Its queue is in this process: an answer waits until its events are in the database."""
    options = Options[Placed](
        tenant_of=tenant_of,
        tenant_share=TENANT_SHARE,
        breaker=BreakerPolicy(cooldown=COOLDOWN_SECONDS),
        dead_letters=DatabaseLetters(),
        fallback=spool(),
        meter=FIGURES,
        thread_end=connections.close_all,
    )
    return WriteCoordinator(
        PlacedSink(),
        capacity=getattr(settings, "INGEST_CAPACITY", CAPACITY),
        workers=WRITERS,
        flush_interval=FLUSH_SECONDS,
        overflow_strategy="error",
        options=options,
    )


def into_streams(redis: Redis) -> WriteCoordinator[Placed]:
    """Its queue is the durable one, which `run_writers` empties: an answer waits until its events are in there."""
    options = Options[Placed](tenant_of=tenant_of, queue=stream_queue(redis), meter=FIGURES)
    return WriteCoordinator(PlacedSink(), workers=0, options=options)


def tenant_of(event: Placed) -> str:
    return str(event.tenant_id)


def _reception(intake: CoordinatedIntake) -> Reception:
    return Reception(
        intake=intake,
        door=Door(DatabaseThreads(1, "door", "default"), lambda sent: owners_of(sent, datetime.now(UTC))),
        threads=DatabaseThreads(READERS, "reception", "default"),
        rates=Rates(Rate(**getattr(settings, "INGEST_RATE", {})), monotonic),
        now=lambda: datetime.now(UTC),
        new_id=uuid4,
        limits=ReceptionLimits(**getattr(settings, "INGEST_LIMITS", {})),
    )

"""A writer process: takes events out of the durable queue and writes them, until it is told to stop.

The first SIGTERM (or Ctrl-C) drains: what it has in hand is written, the rest stays in the queue for others. A second
one ends it at once; nothing is lost by that either, only told twice.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from coordinator.writes.health import DrainReport
from coordinator.writes.options import Options
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.ports import Meter
from coordinator.writes.write_coordinator import WriteCoordinator
from dashboard_project.ingest_queue import connect, stream_queue
from ingest.last_resorts import DatabaseLetters, spool
from ingest.pipeline import PlacedSink
from ingest.placing import Placed
from ingest.streams.queue import StreamQueue

log = structlog.get_logger(__name__)

PATIENT = RetryPolicy(max_attempts=10_000, max_elapsed=None)
"""What waits in a durable queue can wait as long as the database is away."""
LOOK_SECONDS = 0.2
"""How often a writer that stops when there is nothing left looks whether that is so."""


@dataclass(frozen=True, slots=True)
class WriterPlan:
    workers: int = 4
    is_until_empty: bool = False
    drain_seconds: float = 25.0


async def write(plan: WriterPlan, meter: Meter, started: Callable[[], None]) -> DrainReport[Placed]:
    """Writes until told to stop; `started` is called when it is ready."""
    async with connect() as redis:
        queue = stream_queue(redis)
        await queue.left()  # the server is there, or nothing begins
        coordinator = WriteCoordinator(
            PlacedSink(), workers=plan.workers, retry_policy=PATIENT, options=_options(queue, meter)
        )
        async with coordinator:
            warming = asyncio.create_task(asyncio.to_thread(_warm))  # held here, or it may be collected
            stop, hurry = _on_signals()
            started()
            await _until(stop, queue, plan)
            warming.cancel()
            return await _stopped(coordinator, hurry, plan)


def _warm() -> None:
    """The database's pool is open: the first event after a quiet start does not wait for that."""
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except DatabaseError:
        log.info("database_not_there_yet")
    finally:
        connections.close_all()


def _options(queue: StreamQueue[Placed], meter: Meter) -> Options[Placed]:
    return Options(
        tenant_of=lambda event: str(event.tenant_id),
        queue=queue,
        dead_letters=DatabaseLetters(),
        fallback=spool(),
        meter=meter,
        thread_end=connections.close_all,
    )


def _on_signals() -> tuple[asyncio.Event, asyncio.Event]:
    stop, hurry = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def told() -> None:
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told)
    return stop, hurry


async def _until(stop: asyncio.Event, queue: StreamQueue[Placed], plan: WriterPlan) -> None:
    """Told to stop, or nothing left where that is the end."""
    while not stop.is_set():
        try:
            async with asyncio.timeout(LOOK_SECONDS if plan.is_until_empty else None):
                await stop.wait()
        except TimeoutError:
            if not await queue.left():
                return


async def _stopped(
    coordinator: WriteCoordinator[Placed], hurry: asyncio.Event, plan: WriterPlan
) -> DrainReport[Placed]:
    stopping = asyncio.create_task(coordinator.stop(timeout=plan.drain_seconds))
    hurrying = asyncio.create_task(hurry.wait())
    await asyncio.wait({stopping, hurrying}, return_when=asyncio.FIRST_COMPLETED)
    hurrying.cancel()
    return await stopping if stopping.done() else await coordinator.stop(drain=False, timeout=1.0)

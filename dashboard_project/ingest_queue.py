"""The durable queue of this installation: where web processes put events and `run_writers` takes them out."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from redis.asyncio import Redis

from coordinator.writes.limits import Overflow, QueueLimits
from coordinator.writes.loop_clock import LoopClock
from ingest.placing import Placed
from ingest.streams.codec import PlacedCodec
from ingest.streams.queue import StreamQueue
from ingest.streams.store import StreamStore

NAME = "lectern-events"
FLUSH_SECONDS = 0.05
"""Long enough for what comes together to share a batch. The way through the queue and the write itself come on top: all
of it stays within the quarter of a second that an event may take while nothing else happens."""
LIMITS = QueueLimits(
    capacity=100_000, batch_size=500, flush_interval=FLUSH_SECONDS, overflow=Overflow.ERROR, tenant_share=0.5
)
"""One institution may fill half of it: the others always find room."""
CALL_SECONDS = 10.0
"""Longer than a reader waits at the bell."""


def connect(url: str = "") -> Redis:
    """A client of the queue's server; close it."""
    return Redis.from_url(url or settings.REDIS_URL, socket_timeout=CALL_SECONDS, socket_connect_timeout=2.0)


def stream_queue(redis: Redis, limits: QueueLimits = LIMITS) -> StreamQueue[Placed]:
    """The queue as this process sees it."""
    return StreamQueue(limits, LoopClock(), StreamStore(redis, NAME, consumer=uuid4().hex), PlacedCodec())

"""The writing side put together: what requests with events go through, once per process, for every event loop of it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from uuid import uuid4

from django.conf import settings

from dashboard_project.lifecycle import lifecycle
from ingest.direct import DirectIntake
from ingest.rates import Rate, Rates
from ingest.reception import Reception, ReceptionLimits
from oracles.runner.pool import DatabaseThreads

READERS = 2
"""Threads that find out whose token it is and look up what events name."""
WRITERS = 2


class Writing:
    """Holds the reception of this process; a forked child builds its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reception: Reception | None = None
        self._pid = 0
        self._threads: list[DatabaseThreads] = []

    def reception(self) -> Reception:
        with self._lock:
            if self._reception is None or self._pid != os.getpid():
                self._pid = os.getpid()
                self._reception = self._build()
            return self._reception

    def close(self) -> None:
        """What was taken is written; no thread and no connection is left."""
        with self._lock:
            threads, self._threads, self._reception = self._threads, [], None
        if self._pid == os.getpid():
            for each in threads:
                each.close()

    def _build(self) -> Reception:
        readers, writers = (
            DatabaseThreads(READERS, "reception", "default"),
            DatabaseThreads(WRITERS, "writers", "default"),
        )
        self._threads = [writers, readers]
        return Reception(
            intake=DirectIntake(writers, is_draining=lambda: lifecycle.is_draining),
            threads=readers,
            rates=Rates(Rate(**getattr(settings, "INGEST_RATE", {})), monotonic),
            now=lambda: datetime.now(UTC),
            new_id=uuid4,
            limits=ReceptionLimits(**getattr(settings, "INGEST_LIMITS", {})),
        )

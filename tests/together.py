"""Several things at once, as several people or processes do them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

PATIENCE_SECONDS = 30


def at_once[T](*works: Callable[[], T]) -> list[T]:
    """What each of them returned. They begin together, each with database connections of its own.

    Raises what the first of them raised that did.
    """
    start = threading.Barrier(len(works), timeout=PATIENCE_SECONDS)

    def run(work: Callable[[], T]) -> T:
        try:
            start.wait()
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))

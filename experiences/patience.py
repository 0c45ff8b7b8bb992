"""A database that is busy is asked again: on SQLite one writes at a time, and its queue knows no turns."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError, connection

TRIES = 6
"""Each waits as long as the database itself does."""


def patiently[T](attempt: Callable[[], T]) -> T:
    """What the attempt gives: a whole transaction, of which nothing remains when it fails.

    Raises:
        OperationalError: the database gave up each time, and nothing was changed.
    """
    for _ in range(TRIES - 1):
        try:
            return attempt()
        except OperationalError:
            if connection.in_atomic_block:
                raise
    return attempt()

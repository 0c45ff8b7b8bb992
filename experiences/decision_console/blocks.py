"""One part of the console for each of its sources: what fails marks its own, and the rest still shows (O-16)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import structlog
from django.db import DatabaseError, connection, transaction

from experiences.contract import Availability
from experiences.decision_console.contract import Block

log = structlog.get_logger(__name__)


def block_of[T](read: Callable[[], T]) -> Block[T]:
    """What a source says; or that it says nothing."""
    # On PostgreSQL a failed statement spoils its transaction: inside one, the source gets a savepoint of its own.
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return Block(Availability.READY, read())
    except (DatabaseError, OSError, LookupError, ValueError) as error:
        log.warning("console_block_failed", error=type(error).__name__)
        return Block(Availability.UNAVAILABLE)

"""What is on the screen is remembered behind it: nobody who looks waits for that, or learns that it failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from typing import Protocol

from django.db import close_old_connections

from courses.contract import DashboardContext
from snapshot.contract import Snapshot

log = logging.getLogger("lectern.memory")


class Memory(Protocol):
    """What was shown, and to whom, for longer than a day."""

    def keep(self, context: DashboardContext, snapshot: Snapshot) -> None:
        """These numbers can be compared with later ones."""
        ...

    def is_due(self, context: DashboardContext, at: datetime) -> bool:
        """Whether a visit at this moment may be news; asks nothing that could take long."""
        ...

    def visit(self, context: DashboardContext, at: datetime) -> None:
        """It is known that this person has the scope on the screen at this moment."""
        ...


class InBackground:
    """Implements `Memory` with another one in threads of its own; returns at once."""

    def __init__(self, memory: Memory, threads: Executor) -> None:
        self._memory = memory
        self._threads = threads

    def keep(self, context: DashboardContext, snapshot: Snapshot) -> None:
        self._threads.submit(_tried, self._memory.keep, context, snapshot)

    def is_due(self, context: DashboardContext, at: datetime) -> bool:
        return self._memory.is_due(context, at)

    def visit(self, context: DashboardContext, at: datetime) -> None:
        self._threads.submit(_tried, self._memory.visit, context, at)


def _tried[**P](remember: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    try:
        close_old_connections()
        remember(*args, **kwargs)
    except Exception:
        log.warning("not_remembered", exc_info=True)
    finally:
        close_old_connections()

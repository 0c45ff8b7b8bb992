"""Sends hints: to the dashboards of this process, and over the channel layer to those of others.

Without a Redis there is no layer that other processes share: their dashboards find out by themselves (`watch`).
"""

from __future__ import annotations

from collections.abc import Callable

from dashboard_project.hints.courier import Courier
from ingest.hints import Hint


class Publisher:
    """Implements `ingest.hints.Hints`; any thread may publish, and is not kept waiting."""

    def __init__(self, hear: Callable[[Hint], None], courier: Courier | None) -> None:
        self._hear = hear
        self._courier = courier

    def publish(self, hint: Hint) -> None:
        self._hear(hint)
        if self._courier is not None:
            self._courier.carry(hint)

    def close(self) -> None:
        """What was published has left."""
        if self._courier is not None:
            self._courier.close()

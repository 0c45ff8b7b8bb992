"""The log of the write path: what happened and to how many, never to whom. The same thing at most once a minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from coordinator.writes.ports import Clock

INTERVAL = 60.0
"""Seconds."""


@dataclass(slots=True)
class _Told:
    at: float
    withheld: int = 0


class Journal:
    """Logs an event and its figures; repetitions are counted and told with the next line."""

    def __init__(self, clock: Clock, write: Callable[..., object] | None = None, interval: float = INTERVAL) -> None:
        self._clock = clock
        self._write = write or structlog.get_logger("coordinator.writes").warning
        self._interval = interval
        self._told: dict[str, _Told] = {}

    def note(self, event: str, **figures: str | float) -> None:
        """Events are a fixed set of words; figures hold no payloads."""
        now = self._clock.now()
        told = self._told.get(event)
        if told is not None and now - told.at < self._interval:
            told.withheld += 1
            return
        self._told[event] = _Told(now)
        self._write(event, withheld=told.withheld if told else 0, **figures)

"""How hard producers press: calm, soft (slow down), hard (full). Pure.

Between the watermarks nothing changes, so a level that swings around one of them is told once.
"""

from __future__ import annotations

from enum import StrEnum


class Pressure(StrEnum):
    CALM = "calm"
    SOFT = "soft"
    """The high watermark was reached."""
    HARD = "hard"
    """The queue was full."""


class PressureGauge:
    """Follows a level.

    Raises:
        ValueError: not 0 <= low < high <= capacity.

    """

    def __init__(self, capacity: int, high: int, low: int) -> None:
        if not 0 <= low < high <= capacity:
            raise ValueError(f"expected 0 <= low < high <= capacity, got {low}, {high}, {capacity}")
        self._capacity = capacity
        self._high = high
        self._low = low
        self.pressure = Pressure.CALM

    def update(self, level: int) -> bool:
        """The level is this now; true if the pressure has changed."""
        before = self.pressure
        self.pressure = self._next(level)
        return self.pressure is not before

    def _next(self, level: int) -> Pressure:
        if level >= self._capacity:
            return Pressure.HARD
        if level >= self._high:
            return self.pressure if self.pressure is Pressure.HARD else Pressure.SOFT
        if level <= self._low or self.pressure is Pressure.CALM:
            return Pressure.CALM
        return Pressure.SOFT

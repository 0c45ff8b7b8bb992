"""What a figure is and what it measured. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.statistics import Spread

if TYPE_CHECKING:
    from bench.laboratory import Laboratory


@dataclass(frozen=True, slots=True)
class AtMost:
    """A time or a size: its slow end has to stay below."""

    limit: float

    def holds(self, measured: Spread) -> bool:
        return measured.p95 <= self.limit

    def __str__(self) -> str:
        return f"≤ {self.limit:g}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A throughput: its middle has to reach this."""

    limit: float

    def holds(self, measured: Spread) -> bool:
        return measured.p50 >= self.limit

    def __str__(self) -> str:
        return f"≥ {self.limit:g}"


@dataclass(frozen=True, slots=True)
class RatioAtMost:
    """The middle is at most `factor` times the floor's, plus `extra` in the row's unit."""

    factor: float
    extra: float = 0.0

    def holds(self, measured: Spread, floor: Spread) -> bool:
        return measured.p50 <= self.factor * floor.p50 + self.extra

    def __str__(self) -> str:
        return f"≤ {self.factor:g} ×" + (f" + {self.extra:g}" if self.extra else "")


@dataclass(frozen=True, slots=True)
class RatioAtLeast:
    """The middle is at least `factor` times the floor's."""

    factor: float

    def holds(self, measured: Spread, floor: Spread) -> bool:
        return measured.p50 >= self.factor * floor.p50

    def __str__(self) -> str:
        return f"≥ {self.factor:g} ×"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    figure: str
    what: str
    unit: str
    measured: Spread
    budget: AtMost | AtLeast | None = None
    floor: Spread | None = None
    target: RatioAtMost | RatioAtLeast | None = None

    @property
    def ratio(self) -> float | None:
        """Middle to middle."""
        if self.floor is None or not self.floor.p50:
            return None
        return self.measured.p50 / self.floor.p50

    @property
    def misses(self) -> tuple[str, ...]:
        """Which of `budget` and `ratio` are missed."""
        missed: list[str] = []
        if self.budget is not None and not self.budget.holds(self.measured):
            missed.append("budget")
        if self.target is not None and self.floor is not None and not self.target.holds(self.measured, self.floor):
            missed.append("ratio")
        return tuple(missed)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the register: `measure` gives the figure's rows."""

    key: str
    title: str
    measure: Callable[[Laboratory], list[Row]]

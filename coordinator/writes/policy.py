"""When a failed write is tried again. Pure: time and chance are passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from coordinator.writes.errors import Kind, default_retry_classifier, kind_of


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Bounded by attempts and by time; time with an open circuit counts in neither.

    Raises:
        ValueError: a bound makes no sense.

    """

    max_attempts: int = 5
    initial_backoff_ms: int = 50
    max_backoff_ms: int = 2000
    backoff_multiplier: float = 2.0
    jitter: bool | Literal["full"] = True
    """True: 50-100 % of the backoff; "full": 0-100 %; False: all of it."""
    classify_retryable: Callable[[Exception], bool] = default_retry_classifier
    max_elapsed: float | None = 120.0
    """Seconds from the first attempt to the last; `None`: no bound."""

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError(f"max_attempts: expected at least 1, got {self.max_attempts}")
        if not 0 <= self.initial_backoff_ms <= self.max_backoff_ms:
            got = f"{self.initial_backoff_ms} and {self.max_backoff_ms}"
            raise ValueError(f"expected 0 <= initial_backoff_ms <= max_backoff_ms, got {got}")
        if self.backoff_multiplier < 1:
            raise ValueError(f"backoff_multiplier: expected at least 1, got {self.backoff_multiplier}")

    def backoff(self, attempts: int, chance: float) -> float:
        """Seconds to wait after so many failed attempts; `chance` is in [0, 1)."""
        grown = self.initial_backoff_ms * self.backoff_multiplier ** min(attempts - 1, 64)
        whole = min(grown, self.max_backoff_ms) / 1000
        match self.jitter:
            case "full":
                return whole * chance
            case True:
                return whole * (0.5 + chance / 2)
        return whole

    def kind(self, error: Exception) -> Kind:
        """The caller's own classifier decides what is transient; the rest is told apart by type and SQLSTATE."""
        if self.classify_retryable(error):
            return Kind.TRANSIENT
        kind = kind_of(error)
        return Kind.DATA if kind is Kind.TRANSIENT else kind

    def refuses(self, attempts: int, elapsed: float) -> str:
        """Why there is no further attempt after so many: `exhausted`, `expired`, or nothing."""
        if attempts >= self.max_attempts:
            return "exhausted"
        return "expired" if self.max_elapsed is not None and elapsed >= self.max_elapsed else ""

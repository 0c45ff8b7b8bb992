"""The circuit breaker: when the store is away, workers wait instead of asking. Pure; time is passed in.

Only errors of the infrastructure count. A store that refuses a record has answered. Permits carry the generation they
were given in, so that a late answer of an older time moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """So many failures in a row open the circuit; after `cooldown` seconds one probe may pass."""

    failures: int = 5
    cooldown: float = 10.0

    def __post_init__(self) -> None:
        if self.failures < 1 or self.cooldown < 0:
            raise ValueError(f"expected failures >= 1 and cooldown >= 0, got {self.failures} and {self.cooldown}")


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to ask the store."""

    generation: int


class Breaker:
    """Closed: all pass. Open: none. Half open: one, and its answer decides."""

    def __init__(self, policy: BreakerPolicy) -> None:
        self._policy = policy
        self._failures = 0
        self._generation = 0
        self._open_since = 0.0
        self._probe_at = 0.0
        self._open_before = 0.0
        """Seconds of all earlier open times."""
        self._state = BreakerState.CLOSED

    @property
    def state(self) -> BreakerState:
        return self._state

    @property
    def probes_at(self) -> float | None:
        """When an open circuit lets a probe pass."""
        return self._probe_at if self._state is BreakerState.OPEN else None

    def seconds_open(self, now: float) -> float:
        """How long the circuit has been open, over all times."""
        return self._open_before + (now - self._open_since if self._state is BreakerState.OPEN else 0.0)

    def permit(self, now: float) -> Permit | None:
        """Leave to ask now; the first one after the cooldown is the probe."""
        if self._state is BreakerState.OPEN and now >= self._probe_at:
            self._open_before = self.seconds_open(now)
            self._enter(BreakerState.HALF_OPEN)
            return Permit(self._generation)
        return Permit(self._generation) if self._state is BreakerState.CLOSED else None

    def succeeded(self, permit: Permit) -> None:
        """The store has answered."""
        if permit.generation != self._generation:
            return
        self._failures = 0
        if self._state is BreakerState.HALF_OPEN:
            self._enter(BreakerState.CLOSED)

    def failed(self, permit: Permit, now: float, *, is_decisive: bool = False) -> None:
        """The store has not answered, or (decisive) will answer nobody."""
        if permit.generation != self._generation:
            return
        self._failures += 1
        if is_decisive or self._state is BreakerState.HALF_OPEN or self._failures >= self._policy.failures:
            self._open(now, self._policy.cooldown)

    def withdrawn(self, permit: Permit, now: float) -> None:
        """Whoever had the permit will not say what came of it: a probe is made again at once."""
        if permit.generation == self._generation and self._state is BreakerState.HALF_OPEN:
            self._open(now, 0.0)

    def _open(self, now: float, cooldown: float) -> None:
        self._open_since = now
        self._probe_at = now + cooldown
        self._enter(BreakerState.OPEN)

    def _enter(self, state: BreakerState) -> None:
        self._state = state
        self._failures = 0
        self._generation += 1

"""What the driver needs from the outside: one Protocol per thing. The adapters are built in the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from coordinator.actions import Update
from oracles.contract import Loaded, OracleKey, OracleResult, Scope


class ResultCache(Protocol):
    """Knows keys, stamps, tiers and lifetimes; the coordinator knows none of them (FR-007, FR-010)."""

    async def consult(self, scope: Scope, keys: frozenset[OracleKey]) -> Mapping[OracleKey, Loaded]:
        """The hits among `keys`. May raise: the driver then treats everything as missed."""
        ...

    async def store(self, result: Loaded) -> None:
        """Keep a result under its own scope (FR-006); a fresher entry is never replaced (R9)."""
        ...


class OracleRunner(Protocol):
    async def run(self, scope: Scope, key: OracleKey) -> OracleResult:
        """Never raises; cancelling the awaiting task stops the running statement as far as the database allows."""
        ...


class Screen(Protocol):
    """What the instructor sees."""

    async def paint(self, updates: Sequence[Update], is_current: Callable[[], bool]) -> None:
        """Show updates of one token in one frame. Ask `is_current` again right before sending (R3).

        Calls never overlap; while one runs, newer updates gather for the next.
        """
        ...


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    def now(self) -> float:
        """Monotonic seconds."""
        ...

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class Meter(Protocol):
    """Bounded labels only: no user, section or container ids (NFR-OPS-001)."""

    def count(self, name: str, **labels: str) -> None: ...

    def observe(self, name: str, seconds: float, **labels: str) -> None: ...

    def adjust(self, name: str, delta: int) -> None:
        """Move a level up or down (how many are queued right now, over all sessions of the process)."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """What a driver is given beside its screen."""

    cache: ResultCache
    runner: OracleRunner
    meter: Meter
    clock: Clock

"""How the questions to the database have gone in this process: the last few thousand, for /ops/, and all on /metrics.

Entries name their tenant, so an operator is told of their own institution's questions only.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from threading import Lock

from coordinator.ports import Meter
from dashboard_project.meters import ORACLE
from oracles.contract import Failed, FailureReason, Loaded, OracleResult, TenantId

REMEMBERED = 5_000
SHOWN = 10
SLOW_SECONDS = 0.3
"""The reference's limit for one question of a large class."""
LOADED = "loaded"


@dataclass(frozen=True, slots=True)
class Load:
    """One question that was asked; `outcome` is `loaded` or the reason why there is no answer."""

    tenant_id: TenantId
    section_id: int
    oracle: str
    scope: str
    seconds: float
    outcome: str
    ended_at: datetime

    @property
    def milliseconds(self) -> int:
        return _ms(self.seconds)


@dataclass(frozen=True, slots=True)
class OracleFigure:
    """One oracle's questions; p95 is over those that were answered, `None` where none was."""

    oracle: str
    asked: int
    failed: int
    cancelled: int
    """Nobody waited for the answer any more."""
    p95_ms: int | None
    slowest_ms: int | None


@dataclass(frozen=True, slots=True)
class OracleReport:
    since: datetime
    """Of the oldest question that is remembered; nothing older counts."""
    oracles: tuple[OracleFigure, ...] = ()
    failures: tuple[Load, ...] = ()
    """Newest first."""
    slow: tuple[Load, ...] = ()
    """Slowest first."""


class OracleFigures:
    """One per process. Any thread may call."""

    def __init__(self, meter: Meter, now: Callable[[], datetime], remembered: int = REMEMBERED) -> None:
        self._meter = meter
        self._now = now
        self._started_at = now()
        self._loads: deque[Load] = deque(maxlen=remembered)
        self._lock = Lock()

    def note(self, result: OracleResult) -> None:
        """A question has ended."""
        if not isinstance(result, Loaded | Failed):
            return
        outcome = LOADED if isinstance(result, Loaded) else result.reason.value
        seconds = max(0.0, result.finished_at - result.started_at)
        self._meter.observe(ORACLE, seconds, oracle=result.key, status=outcome)
        scope = result.scope
        load = Load(scope.tenant_id, scope.section_id, result.key, scope.address, seconds, outcome, self._now())
        with self._lock:
            self._loads.append(load)

    def report(self, tenant_id: TenantId) -> OracleReport:
        """What this institution has asked."""
        with self._lock:
            loads = [load for load in self._loads if load.tenant_id == tenant_id]
            is_full = len(self._loads) == self._loads.maxlen
            since = self._loads[0].ended_at if is_full else self._started_at
        by_oracle: defaultdict[str, list[Load]] = defaultdict(list)
        for load in loads:
            by_oracle[load.oracle].append(load)
        return OracleReport(
            since=since,
            oracles=tuple(_figure(oracle, some) for oracle, some in sorted(by_oracle.items())),
            failures=tuple([load for load in reversed(loads) if _is_failure(load)][:SHOWN]),
            slow=tuple(sorted((load for load in loads if load.seconds >= SLOW_SECONDS), key=_slowest_first)[:SHOWN]),
        )


def _figure(oracle: str, loads: list[Load]) -> OracleFigure:
    answered = sorted(load.seconds for load in loads if load.outcome == LOADED)
    return OracleFigure(
        oracle=oracle,
        asked=len(loads),
        failed=sum(map(_is_failure, loads)),
        cancelled=sum(load.outcome == FailureReason.CANCELLED for load in loads),
        p95_ms=_ms(answered[ceil(0.95 * len(answered)) - 1]) if answered else None,
        slowest_ms=_ms(answered[-1]) if answered else None,
    )


def _is_failure(load: Load) -> bool:
    return load.outcome not in {LOADED, FailureReason.CANCELLED}


def _slowest_first(load: Load) -> float:
    return -load.seconds


def _ms(seconds: float) -> int:
    return round(1000 * seconds)

"""Orders from a session. Each carries its token, its scope and its keys: it is enough to act on by itself (R7). Pure.

`Update` is the part of them that concerns the screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from coordinator.contract import Cause, Outcome, Token
from oracles.contract import Failed, Loaded, OracleKey, Scope, Skipped


@dataclass(frozen=True, slots=True)
class Order:
    token: Token
    scope: Scope


# ---- work ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConsultCache(Order):
    """Look these keys up; answer with `CacheConsulted` for the same keys."""

    keys: frozenset[OracleKey]


@dataclass(frozen=True, slots=True)
class LoadOracle(Order):
    """Ask this oracle, at most `seconds` long; answer with exactly one `OracleFinished`."""

    key: OracleKey
    seconds: float


@dataclass(frozen=True, slots=True)
class CancelLoads(Order):
    """Stop these loads as far as the database allows; each is still answered with its `OracleFinished`."""

    keys: frozenset[OracleKey]


@dataclass(frozen=True, slots=True)
class StoreResult(Order):
    """Keep this result under its own scope."""

    result: Loaded


# ---- timers -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArmDeadline(Order):
    """After `seconds`, say `DeadlinePassed`."""

    keys: frozenset[OracleKey]
    seconds: float


@dataclass(frozen=True, slots=True)
class DisarmDeadline(Order):
    keys: frozenset[OracleKey]


@dataclass(frozen=True, slots=True)
class ArmGrace(Order):
    """After `seconds`, say `GraceElapsed`."""

    keys: frozenset[OracleKey]
    seconds: float


@dataclass(frozen=True, slots=True)
class ArmDebounce(Order):
    """After `seconds`, say `DebounceElapsed`."""

    keys: frozenset[OracleKey]
    seconds: float


# ---- the screen ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShowLoading(Order):
    """Work on `keys` has begun. First update of every request, also when `keys` has become empty: all was cached.

    By `cause`: `selected` clears the tiles (a new scope), `data_changed` and `retried` keep them and mark them.
    """

    keys: frozenset[OracleKey]
    cause: Cause


@dataclass(frozen=True, slots=True)
class ShowResult(Order):
    """One answer is there; its `source` says whence (`Skipped`: an optional oracle was not asked)."""

    result: Loaded | Skipped


@dataclass(frozen=True, slots=True)
class ShowFailure(Order):
    """One oracle failed: only the tiles that need it fall back, with the reason and a Retry (R10)."""

    result: Failed


@dataclass(frozen=True, slots=True)
class ShowTimeout(Order):
    """The request was given up with `keys` unanswered: their tiles fall back. Late results may still follow (R11)."""

    keys: frozenset[OracleKey]


@dataclass(frozen=True, slots=True)
class ShowCompletion(Order):
    """All required oracles of the request have answered or failed; optional results may still follow."""

    outcome: Outcome


Update = ShowLoading | ShowResult | ShowFailure | ShowTimeout | ShowCompletion
Action = (
    ConsultCache
    | LoadOracle
    | CancelLoads
    | StoreResult
    | ArmDeadline
    | DisarmDeadline
    | ArmGrace
    | ArmDebounce
    | Update
)

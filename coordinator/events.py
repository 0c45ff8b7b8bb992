"""Facts that happen to a session. `at` is the moment on the driver's monotonic clock, in seconds. Pure.

The fields of an event are, in their order, the arguments of the function of `session.py` that takes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from coordinator.contract import Profile, Token
from oracles.contract import Loaded, OracleKey, OracleResult, Scope

# ---- from the instructor and the data -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScopeSelected:
    """The instructor chose a scope."""

    scope: Scope
    profile: Profile
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """Retry on one tile, seen under `scope`: the oracles that tile needs (R18)."""

    scope: Scope
    keys: frozenset[OracleKey]
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class MoreAsked:
    """A look at `scope` that shows more than the choice asked for: these keys too, from now on (R21)."""

    scope: Scope
    keys: frozenset[OracleKey]
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class DataChanged:
    """The data of the chosen section moved (R17)."""

    at: float = 0.0


@dataclass(frozen=True, slots=True)
class SessionClosed:
    at: float = 0.0


# ---- from the driver ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CacheConsulted:
    """The cache was asked for `keys` and had `hits`; `None`: it could not answer, so everything is missed."""

    token: Token
    keys: frozenset[OracleKey]
    hits: tuple[Loaded, ...] | None = ()
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class OracleFinished:
    token: Token
    key: OracleKey
    result: OracleResult
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    token: Token
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class GraceElapsed:
    token: Token
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class DebounceElapsed:
    token: Token
    at: float = 0.0


Event = (
    ScopeSelected
    | RetryAsked
    | MoreAsked
    | DataChanged
    | SessionClosed
    | CacheConsulted
    | OracleFinished
    | DeadlinePassed
    | GraceElapsed
    | DebounceElapsed
)

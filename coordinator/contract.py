"""Words shared by the coordinator's events, orders and state. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from oracles.contract import OracleKey

Token = NewType("Token", int)
"""The number of a request: counts up from 1 in a session, never reused (R2)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The oracles a request needs: `required` decide when it is complete, `optional` come after them (R13)."""

    required: frozenset[OracleKey]
    optional: frozenset[OracleKey] = frozenset()

    @property
    def keys(self) -> frozenset[OracleKey]:
        return self.required | self.optional


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and sizes of one session; all are settings."""

    deadline: float = 10.0
    """A request is given up after this long (R11), counted from the moment it becomes active."""
    oracle_deadline: float = 8.0
    grace: float = 0.25
    """How long a superseded request may still finish before its loads are cancelled (R6)."""
    debounce: float = 0.0
    """How long a choice must stand before its loads start (R6)."""
    retired: int = 8
    """Ended requests remembered because their loads still run."""
    loads: int = 8
    """Loads of one session running at once, those winding down after a cancel included: so retired loads ≤ 8."""
    cache_calls: int = 16
    """Look-ups and stores of one session under way at once."""
    hold: float = 0.02
    """How long a loading frame waits for the cache, so that a warm change is one frame and not two."""
    gather: float = 0.003
    """Results this close together leave in one frame."""
    refresh_hold: float = 0.3
    """How long a refresh gathers all it has before it is seen at all (R17): a quick one is one frame, not a flicker."""


class Cause(StrEnum):
    """Why a request was made."""

    SELECTED = "selected"
    RETRIED = "retried"
    DATA_CHANGED = "data_changed"


class Outcome(StrEnum):
    """How well a completed request went (R10)."""

    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"


class Ending(StrEnum):
    """The one way in which a request ended (R16)."""

    COMPLETED = "completed"
    TIMED_OUT = "timed_out"
    REPLACED = "replaced"
    SUPERSEDED = "superseded"
    CLOSED = "closed"


class CoordinatorError(Exception):
    """Base of what this package raises."""


class InvalidTransition(CoordinatorError):
    """An event that cannot happen in this state; the state is as it was (R15)."""

    def __init__(self, code: str, expected: object, got: object) -> None:
        super().__init__(f"{code}: expected {expected}, got {got}")
        self.code = code
        self.expected = expected
        self.got = got

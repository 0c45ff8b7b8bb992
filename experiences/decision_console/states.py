"""Decide → review → approve → execute: the only moves there are. Pure.

Rules: nothing is executed that was not approved in the version that stands there; an edit takes approvals back; what is
discarded or has expired never moves again; what is being executed can no longer be edited or discarded.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class State(StrEnum):
    STAGED = "staged"
    SNOOZED = "snoozed"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    EXECUTING = "executing"
    DONE = "done"
    ATTENTION = "attention"
    """Executed, and some targets failed or are unknown: they stay until somebody has dealt with them."""
    DISCARDED = "discarded"
    EXPIRED = "expired"


LIVE = frozenset({State.STAGED, State.SNOOZED, State.IN_REVIEW, State.APPROVED})
"""Nothing of it has happened yet."""
OVER = frozenset({State.DONE, State.DISCARDED, State.EXPIRED})


class IllegalMove(ValueError):
    """There is no such move from here; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one decision stands."""

    state: State
    expires_at: datetime
    version: int = 1
    approvals: frozenset[int] = frozenset()
    """Users who approved this version."""
    run_at: datetime | None = None
    snoozed_until: datetime | None = None


class Event:
    """Something that happens to a decision: from which states, and where it leads."""

    FROM: ClassVar[frozenset[State]]

    @abstractmethod
    def move(self, standing: Standing, now: datetime, /) -> Standing: ...


@dataclass(frozen=True, slots=True)
class Edited(Event):
    FROM: ClassVar = LIVE
    run_at: datetime | None = None

    def move(self, standing: Standing, _now: datetime, /) -> Standing:
        return _back(replace(standing, version=standing.version + 1, run_at=self.run_at))


@dataclass(frozen=True, slots=True)
class Snoozed(Event):
    FROM: ClassVar = frozenset({State.STAGED, State.SNOOZED})
    until: datetime

    def move(self, standing: Standing, now: datetime, /) -> Standing:
        if self.until <= now:
            raise IllegalMove("snoozed: expected a moment to come")
        return replace(standing, state=State.SNOOZED, snoozed_until=self.until)


@dataclass(frozen=True, slots=True)
class Woken(Event):
    """By a person, at any time."""

    FROM: ClassVar = frozenset({State.SNOOZED})

    def move(self, standing: Standing, _now: datetime, /) -> Standing:
        return _back(standing)


@dataclass(frozen=True, slots=True)
class Reviewed(Event):
    FROM: ClassVar = frozenset({State.STAGED, State.IN_REVIEW})

    def move(self, standing: Standing, _now: datetime, /) -> Standing:
        return replace(standing, state=State.IN_REVIEW, approvals=frozenset())


@dataclass(frozen=True, slots=True)
class Approved(Event):
    FROM: ClassVar = frozenset({State.IN_REVIEW})
    by: int
    needed: int = 1
    """How many persons must."""

    def move(self, standing: Standing, _now: datetime, /) -> Standing:
        approvals = standing.approvals | {self.by}
        state = State.APPROVED if len(approvals) >= self.needed else State.IN_REVIEW
        return replace(standing, state=state, approvals=approvals)


@dataclass(frozen=True, slots=True)
class Begun(Event):
    FROM: ClassVar = frozenset({State.APPROVED, State.EXECUTING})

    def move(self, standing: Standing, now: datetime, /) -> Standing:
        if standing.state is State.APPROVED and not may_begin(standing, now):
            raise IllegalMove("begun: its time has not come")
        return replace(standing, state=State.EXECUTING)


@dataclass(frozen=True, slots=True)
class Settled(Event):
    """What is known of its targets now."""

    FROM: ClassVar = frozenset({State.EXECUTING, State.ATTENTION})
    pending: int
    troubled: int

    def move(self, standing: Standing, _now: datetime, /) -> Standing:
        if self.pending:
            return replace(standing, state=State.EXECUTING)
        return replace(standing, state=State.ATTENTION if self.troubled else State.DONE)


@dataclass(frozen=True, slots=True)
class Discarded(Event):
    FROM: ClassVar = LIVE

    def move(self, standing: Standing, _now: datetime, /) -> Standing:
        return replace(standing, state=State.DISCARDED)


@dataclass(frozen=True, slots=True)
class Expired(Event):
    FROM: ClassVar = LIVE

    def move(self, standing: Standing, now: datetime, /) -> Standing:
        if not has_expired(standing, now):
            raise IllegalMove("expired: its time has not come")
        return replace(standing, state=State.EXPIRED)


def step(standing: Standing, event: Event, now: datetime) -> Standing:
    """Where the decision stands after the event.

    Raises:
        IllegalMove: not from this state, or not yet.
    """
    if standing.state not in event.FROM:
        raise IllegalMove(f"{type(event).__name__.lower()}: expected {_words(event)}, got {standing.state}")
    return event.move(standing, now)


def has_expired(standing: Standing, now: datetime) -> bool:
    """What has a time of its own to be executed at waits for that."""
    waits = standing.state is State.APPROVED and standing.run_at is not None
    return standing.state in LIVE and not waits and now >= standing.expires_at


def may_begin(standing: Standing, now: datetime) -> bool:
    return standing.state is State.APPROVED and (standing.run_at is None or now >= standing.run_at)


def stands_at(standing: Standing, now: datetime) -> Standing:
    """Where the decision stands now, if nothing happened to it but time."""
    if has_expired(standing, now):
        return replace(standing, state=State.EXPIRED)
    is_over = standing.snoozed_until is not None and standing.snoozed_until <= now
    return _back(standing) if standing.state is State.SNOOZED and is_over else standing


def _back(standing: Standing) -> Standing:
    return replace(standing, state=State.STAGED, approvals=frozenset(), snoozed_until=None)


def _words(event: Event) -> str:
    return " or ".join(sorted(event.FROM))

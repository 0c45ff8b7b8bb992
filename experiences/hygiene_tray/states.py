"""The states of an issue, and who may move it where. Pure.

    open → in_progress → resolved | ignored(reason, until), and back to open; `error` where a one-click fix failed.

Persons move by verbs (`VERBS`); looks at the data move by what they see (`seen`). Every move gives the state after it;
what is not in the tables is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from courses.contract import Role
from experiences.calculators.data_quality import Severity

LONGEST_REASON = 500
BULK = 2
"""From this many at once, somebody has to say yes."""


class Status(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    IGNORED = "ignored"
    ERROR = "error"


class Verb(StrEnum):
    """What a person does with an issue."""

    START = "start"
    RESOLVE = "resolve"
    IGNORE = "ignore"
    REOPEN = "reopen"
    REVIEW = "review"
    REPLAY = "replay"


UNDONE, SEEN, FAILED = "undo", "seen", "failed"
"""Verbs of the history that nobody chooses: an undone change, a look at the data, a fix that failed."""

LIVE = frozenset({Status.OPEN, Status.IN_PROGRESS, Status.ERROR})
CLOSED = frozenset({Status.RESOLVED, Status.IGNORED})


class Illegal(ValueError):
    """The state does not allow this; nothing was changed."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything of an issue that people and looks can change."""

    status: Status = Status.OPEN
    reason: str = ""
    ignored_until: datetime | None = None
    reviewed: bool = False
    closed_by: str = ""
    """`person`, `detector`, or nothing."""
    is_contested: bool = False

    @property
    def is_blocking(self) -> bool:
        """What hangs on it cannot be judged: nobody has closed it, or the data says otherwise."""
        return self.status in LIVE or self.is_contested


@dataclass(frozen=True, slots=True)
class Rule:
    """What a verb does, from where, and who may."""

    sources: frozenset[Status]
    roles: frozenset[Role]
    requires_confirmation: bool = False


DECIDING = frozenset({Role.INSTRUCTOR, Role.OPERATOR, Role.COMMAND})
ANYBODY = DECIDING | {Role.ASSISTANT}
VERBS: Mapping[Verb, Rule] = {
    Verb.START: Rule(frozenset({Status.OPEN, Status.ERROR}), ANYBODY),
    Verb.RESOLVE: Rule(LIVE, DECIDING),
    Verb.IGNORE: Rule(LIVE, DECIDING, requires_confirmation=True),
    Verb.REOPEN: Rule(frozenset({Status.IN_PROGRESS, Status.RESOLVED, Status.IGNORED, Status.ERROR}), DECIDING),
    Verb.REVIEW: Rule(LIVE, DECIDING),
    Verb.REPLAY: Rule(LIVE, DECIDING, requires_confirmation=True),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done; `until` and `reason` belong to ignoring."""

    verb: Verb
    reason: str = ""
    until: datetime | None = None


def needs_confirmation(verb: Verb, severities: tuple[Severity, ...]) -> bool:
    """Ignoring and replaying always; anything for several issues at once; resolving by hand what is critical."""
    is_grave = verb is Verb.RESOLVE and Severity.CRITICAL in severities
    return VERBS[verb].requires_confirmation or len(severities) >= BULK or is_grave


def may(role: Role, verb: Verb) -> bool:
    return role in VERBS[verb].roles


def moved(state: State, wish: Wish, now: datetime) -> State:
    """The state after this.

    Raises:
        Illegal: the verb is not for this state, ignoring has no reason, or its end is not ahead.
    """
    if state.status not in VERBS[wish.verb].sources:
        raise Illegal(f"{wish.verb}: not from {state.status}")
    if wish.verb is Verb.START:
        return replace(state, status=Status.IN_PROGRESS, reason="")
    if wish.verb is Verb.RESOLVE:
        return State(Status.RESOLVED, closed_by="person")
    if wish.verb is Verb.IGNORE:
        return _ignored(wish, now)
    if wish.verb is Verb.REVIEW:
        return _reviewed(state)
    if wish.verb is Verb.REOPEN:
        return State()
    return replace(state, status=Status.IN_PROGRESS, reason="")


def _ignored(wish: Wish, now: datetime) -> State:
    reason = wish.reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Illegal(f"ignore: expected a reason of 1 to {LONGEST_REASON} characters, got {len(reason)}")
    if wish.until is not None and wish.until <= now:
        raise Illegal("ignore: expected an end in the future")
    return State(Status.IGNORED, reason, wish.until, closed_by="person")


def _reviewed(state: State) -> State:
    if state.reviewed:
        raise Illegal("review: has been reviewed")
    return replace(state, reviewed=True)


def failed(state: State, reason: str) -> State:
    """The state after a one-click fix that did not work."""
    return replace(state, status=Status.ERROR, reason=reason[:LONGEST_REASON], closed_by="", is_contested=False)


def seen(state: State, *, is_found: bool, was_found: bool, now: datetime) -> State:
    """The state after a look at the data.

    What vanished is resolved; what came back is open again; what a person resolved and is still there is contested;
    what was ignored stays so until its time is over.
    """
    if not is_found:
        return _vanished(state)
    if state.status is Status.IGNORED:
        is_over = state.ignored_until is not None and state.ignored_until <= now
        return State() if is_over else state
    if state.status is Status.RESOLVED:
        return replace(state, is_contested=True) if was_found and state.closed_by == "person" else State()
    return state


def _vanished(state: State) -> State:
    if state.status in LIVE:
        return State(Status.RESOLVED, closed_by="detector")
    return replace(state, is_contested=False)

"""The scopes, profiles and shorthand that the coordinator's tests speak in."""

from __future__ import annotations

from collections.abc import Sequence

from coordinator.actions import Action, Update
from coordinator.contract import Limits, Profile, Token
from coordinator.draft import Noted, Step
from coordinator.events import (
    CacheConsulted,
    DataChanged,
    DeadlinePassed,
    Event,
    GraceElapsed,
    MoreAsked,
    OracleFinished,
    RetryAsked,
    ScopeSelected,
)
from coordinator.session import new_session, step
from coordinator.state import Session
from oracles.contract import FailureReason, OracleKey, Scope, TenantId
from tests.fakes import failed, loaded

TENANT = TenantId(1)
COURSE = Scope(TENANT, 7)
UNIT_1 = Scope(TENANT, 7, 1, "unit-1")
UNIT_2 = Scope(TENANT, 7, 2, "unit-2")
UNIT_3 = Scope(TENANT, 7, 3, "unit-3")

A = OracleKey("a")
B = OracleKey("b")
C = OracleKey("c")
BOTH = frozenset({A, B})
PROFILE = Profile(required=BOTH)
WITH_OPTIONAL = Profile(required=BOTH, optional=frozenset({C}))


def selected(scope: Scope, profile: Profile = PROFILE, at: float = 0.0) -> ScopeSelected:
    return ScopeSelected(scope, profile, at)


def missed(token: int, *keys: OracleKey, at: float = 0.0) -> CacheConsulted:
    return CacheConsulted(Token(token), frozenset(keys or BOTH), (), at)


def hit(token: int, scope: Scope, *keys: OracleKey, of: frozenset[OracleKey] = BOTH, at: float = 0.0) -> CacheConsulted:
    return CacheConsulted(Token(token), of, tuple(loaded(scope, key) for key in keys), at)


def answered(token: int, scope: Scope, key: OracleKey, at: float = 0.0) -> OracleFinished:
    return OracleFinished(Token(token), key, loaded(scope, key), at)


def broke(
    token: int, scope: Scope, key: OracleKey, reason: FailureReason = FailureReason.ORACLE_ERROR
) -> OracleFinished:
    return OracleFinished(Token(token), key, failed(scope, key, reason))


def overdue(token: int, at: float = 0.0) -> DeadlinePassed:
    return DeadlinePassed(Token(token), at)


def grace_over(token: int) -> GraceElapsed:
    return GraceElapsed(Token(token))


def more(scope: Scope, *keys: OracleKey) -> MoreAsked:
    return MoreAsked(scope, frozenset(keys))


def retry(scope: Scope, *keys: OracleKey) -> RetryAsked:
    return RetryAsked(scope, frozenset(keys))


CHANGED = DataChanged()


def after(*events: Event, limits: Limits | None = None) -> Session:
    """A session to which all this has happened."""
    return run(new_session(limits), *events)[0]


def run(session: Session, *events: Event) -> tuple[Session, list[Action]]:
    """The session after these events, and all orders on the way."""
    actions: list[Action] = []
    for event in events:
        done = step(session, event)
        session = done.session
        actions.extend(done.actions)
    return session, actions


def only[T](actions: Sequence[Action], kind: type[T]) -> list[T]:
    return [action for action in actions if isinstance(action, kind)]


def updates(actions: Sequence[Action]) -> list[Update]:
    return [action for action in actions if isinstance(action, Update)]


def noted(done: Step) -> list[Noted]:
    return [note.what for note in done.notes]


LOADING_COURSE = (selected(COURSE), missed(1))
QUEUED_UNIT = (*LOADING_COURSE, selected(UNIT_1), missed(2))
"""The course is being loaded, and a unit was chosen meanwhile."""

"""The request coordinator: which scope is on the screen, and whose work is running. Pure: an event in, orders out.

Rules (the driver performs the orders; what a rule leaves to it is marked →):

R1   At most one active and one queued request; a newer selection replaces the queued one.
R2   Tokens count up and are never reused.
R3   Only the newest choice may touch the screen: an answer for a token below `chosen` gives no update. → The outbox
     asks once more right before painting.
R4   The cache is consulted before any load; hits are shown at once, only misses are loaded.
R5   A queued request consults at once too; a full hit completes it without waiting for the active one.
R6   A superseded active request has a grace; then its loads are cancelled and the queued one is promoted. It waits
     for neither a refresh nor a request without loads, and not when the active one loads all that is wanted anyway.
     A debounce, if set, holds back the loads of a new choice.
R7   Orders carry their own scope, so a promoted request can only load its own.
R8   A stale answer is stored under its own scope and changes nothing on the screen.
R9   Answers are stored as they came, with their start and data stamps: the cache decides which is fresher.
R10  A failure is shown for its oracle alone; the outcome is `success`, `partial` or `failed`.
R11  A request that passes its deadline gives up what is pending, keeps what is shown, and makes room at once.
R12  An answer after the deadline, with nothing newer chosen, is shown as `late`.
R13  Optional oracles are loaded after the required ones and never delay completion.
R14  The same scope selected while it is being built is the same request.
R15  An event that cannot happen raises `InvalidTransition` and changes nothing; one that only comes too late (a timer,
     an answer of a forgotten request, a retry on a tile of an older scope) is noted as ignored.
R16  Every request ends once: completed, timed_out, replaced, superseded or closed. issued = ended + live.
R17  Changed data is read again when nothing the instructor asked for is under way; it gives way to any new choice.
R18  A retry asks for its own keys only: inside the latest request while that lives, as a request of its own after.
R19  Tile parameters are not an event: no request, no oracle; what they show beyond the choice is (R21).
R20  No cache policy: no keys, lifetimes, eviction, coalescing.
R21  A look that shows more adds its keys to the choice: they are asked for alone, as a retry is, hold nothing back, and
     changed data reads them again with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from coordinator import moves
from coordinator.actions import ShowLoading, StoreResult
from coordinator.contract import Cause, InvalidTransition, Limits, Profile, Token
from coordinator.draft import Draft, Noted, Step
from coordinator.events import (
    CacheConsulted,
    DataChanged,
    DeadlinePassed,
    DebounceElapsed,
    Event,
    GraceElapsed,
    MoreAsked,
    OracleFinished,
    RetryAsked,
    ScopeSelected,
    SessionClosed,
)
from coordinator.state import Request, Session
from oracles.contract import Failed, FailureReason, Loaded, OracleKey, OracleResult, Scope, Source


def new_session(limits: Limits | None = None) -> Session:
    """An idle session that has given out no token."""
    return Session(limits or Limits())


def step(session: Session, event: Event) -> Step:
    """The one gate: apply an event. Raises `InvalidTransition`, and then nothing has changed (R15)."""
    handle = _TABLE.get(type(event))
    if handle is None:
        raise InvalidTransition("unknown_event", "an event of the coordinator", type(event).__name__)
    return handle(session, *(getattr(event, field) for field in event.__slots__))


# ---- what people and data do --------------------------------------------------------------------------------


def request_scope_change(session: Session, scope: Scope, profile: Profile, at: float = 0.0) -> Step:
    """The chosen scope is the one on the screen from now on, and is being built or queued."""
    _require_open(session)
    _require_usable(profile)
    draft = Draft(session, at)
    latest = session.latest
    if latest and _is_same_choice(latest, scope, profile):
        draft.note(Noted.DUPLICATE, latest.token)
    else:
        moves.choose(draft, scope, profile)
    return _finish(draft)


def handle_retry(session: Session, scope: Scope, keys: frozenset[OracleKey], at: float = 0.0) -> Step:
    """These keys of the scope on the screen are asked again, and nothing else is."""
    _require_open(session)
    latest = _chosen(session, "a retry")
    draft = Draft(session, at)
    if scope != latest.scope:
        draft.note(Noted.IGNORED, latest.token)
        return _finish(draft)
    _require_part(keys, latest.profile.keys)
    if latest.ending:
        moves.ask_again(draft, latest, keys)
    else:
        _retry_within(draft, latest, keys & latest.failed)
    return _finish(draft)


def handle_more(session: Session, scope: Scope, keys: frozenset[OracleKey], at: float = 0.0) -> Step:
    """The choice on the screen includes these keys; those that are new to it are asked for, and nothing else is."""
    _require_open(session)
    latest = _chosen(session, "a look at more")
    draft = Draft(session, at)
    new = keys - latest.profile.keys
    if scope != latest.scope:
        draft.note(Noted.IGNORED, latest.token)
    elif not new:
        draft.note(Noted.DUPLICATE, latest.token)
    else:
        moves.ask_more(draft, latest, new)
    return _finish(draft)


def handle_data_changed(session: Session, at: float = 0.0) -> Step:
    """The scope on the screen will be read again, at the latest when nothing else is under way."""
    _require_open(session)
    draft = Draft(session, at)
    draft.session = replace(session, is_refresh_due=session.latest is not None)
    return _finish(draft)


def close_session(session: Session, at: float = 0.0) -> Step:
    """Every live request has ended as closed; whatever still arrives is ignored."""
    _require_open(session)
    draft = Draft(session, at)
    moves.close(draft)
    return draft.step()


# ---- what the driver reports --------------------------------------------------------------------------------


def handle_cache_consulted(
    session: Session, token: Token, keys: frozenset[OracleKey], hits: tuple[Loaded, ...] | None = (), at: float = 0.0
) -> Step:
    """The hits are shown; what was missed is loaded as soon as the request may load. No answer is all missed."""
    draft = Draft(session, at)
    request = _find(session, token)
    if request is None or (request.ending and session.is_stale(token)):
        draft.note(Noted.IGNORED, token)
        return _finish(draft)
    if not keys <= request.looking:
        raise InvalidTransition("not_looking", sorted(request.looking), sorted(keys))
    request = replace(request, looking=request.looking - keys)
    for hit in hits or ():
        _require_identity(request, keys, hit)
        request = moves.take(draft, request, replace(hit, source=Source.CACHE))
    draft.put(request)
    moves.settle(draft, request)
    return _finish(draft)


def handle_oracle_result(session: Session, token: Token, key: OracleKey, result: OracleResult, at: float = 0.0) -> Step:
    """The answer is stored; it is shown if nothing newer was chosen, and completes what it completes."""
    draft = Draft(session, at)
    request = _find(session, token)
    if request is None:
        draft.note(Noted.IGNORED, token)
        return _finish(draft)
    if key not in request.loading:
        raise InvalidTransition("not_loading", sorted(request.loading), key)
    _require_identity(request, frozenset({key}), result)
    _keep(draft, token, result)
    request = moves.take(draft, request, result)
    draft.put(request)
    moves.settle(draft, request)
    return _finish(draft)


def handle_timeout(session: Session, token: Token, at: float = 0.0) -> Step:
    """The active request has timed out; the session takes the next one at once."""
    return _on_timer(session, token, at, moves.time_out)


def handle_grace_elapsed(session: Session, token: Token, at: float = 0.0) -> Step:
    """The superseded request has made room, unless it loads just what the queued one wants."""
    return _on_timer(session, token, at, _end_grace)


def handle_debounce_elapsed(session: Session, token: Token, at: float = 0.0) -> Step:
    """The loads of the choice that has stood long enough may start."""
    return _on_timer(session, token, at, _release)


# ---- parts --------------------------------------------------------------------------------------------------


def _is_same_choice(latest: Request, scope: Scope, profile: Profile) -> bool:
    is_whole = latest.cause is not Cause.RETRIED
    return latest.ending is None and is_whole and latest.scope == scope and latest.profile == profile


def _retry_within(draft: Draft, latest: Request, keys: frozenset[OracleKey]) -> None:
    if not keys:
        draft.note(Noted.DUPLICATE, latest.token)
        return
    draft.order(ShowLoading(latest.token, latest.scope, keys, Cause.RETRIED))
    moves.consult(draft, replace(latest, pending=latest.pending | keys, failed=latest.failed - keys), keys)


def _keep(draft: Draft, token: Token, result: OracleResult) -> None:
    """Store an answer (R8), and count it as discarded if it came for an older choice."""
    if draft.session.is_stale(token) and not (isinstance(result, Failed) and result.reason is FailureReason.CANCELLED):
        draft.note(Noted.STALE_DISCARDED, token)
    if isinstance(result, Loaded):
        draft.order(StoreResult(token, result.scope, result))
        moves.warm_latest(draft, result)


def _end_grace(draft: Draft, active: Request) -> None:
    queued = draft.session.queued
    if not draft.session.is_stale(active.token):
        raise InvalidTransition("not_superseded", "a superseded request", active.token)
    if queued and queued.scope == active.scope and queued.pending <= active.loading | queued.looking:
        moves.arm_grace(draft, active)
    else:
        moves.supersede(draft, active)


def _release(draft: Draft, active: Request) -> None:
    if not active.is_held:
        raise InvalidTransition("not_held", "a request in its debounce", active.token)
    request = replace(active, is_held=False)
    draft.put(request)
    moves.settle(draft, request)


def _on_timer(session: Session, token: Token, at: float, act: Callable[[Draft, Request], None]) -> Step:
    draft = Draft(session, at)
    request = _find(session, token)
    if request is None or request.ending:
        draft.note(Noted.IGNORED, token)
    elif not draft.is_active(request):
        raise InvalidTransition("not_active", "the active request", token)
    else:
        act(draft, request)
    return _finish(draft)


def _finish(draft: Draft) -> Step:
    moves.forget(draft)
    moves.refresh_if_due(draft)
    return draft.step()


# ---- what is refused ----------------------------------------------------------------------------------------


def _find(session: Session, token: Token) -> Request | None:
    if not 1 <= token <= session.issued:
        raise InvalidTransition("unknown_token", f"1..{session.issued}", token)
    return session.find(token)


def _require_open(session: Session) -> None:
    if session.is_closed:
        raise InvalidTransition("closed", "an open session", "an event after its close")


def _chosen(session: Session, got: str) -> Request:
    """The request on the screen; only of a chosen scope can anything be asked again, or more."""
    if session.latest is None:
        raise InvalidTransition("nothing_chosen", "a chosen scope", got)
    return session.latest


def _require_usable(profile: Profile) -> None:
    if not profile.required or profile.required & profile.optional:
        raise InvalidTransition("invalid_profile", "required keys, and no key both required and optional", profile)


def _require_part(keys: frozenset[OracleKey], whole: frozenset[OracleKey]) -> None:
    if not keys or not keys <= whole:
        raise InvalidTransition("unknown_keys", sorted(whole), sorted(keys))


def _require_identity(request: Request, keys: frozenset[OracleKey], result: OracleResult) -> None:
    if result.scope != request.scope or result.key not in keys:
        raise InvalidTransition("identity_mismatch", (request.scope, sorted(keys)), (result.scope, result.key))


# ---- the table ----------------------------------------------------------------------------------------------

_TABLE: Mapping[type[Event], Callable[..., Step]] = {
    ScopeSelected: request_scope_change,
    RetryAsked: handle_retry,
    MoreAsked: handle_more,
    DataChanged: handle_data_changed,
    SessionClosed: close_session,
    CacheConsulted: handle_cache_consulted,
    OracleFinished: handle_oracle_result,
    DeadlinePassed: handle_timeout,
    GraceElapsed: handle_grace_elapsed,
    DebounceElapsed: handle_debounce_elapsed,
}

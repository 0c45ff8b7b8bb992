"""The moves a request makes: begin, be answered, end. What makes it move stands in `session.py`. Pure."""

from __future__ import annotations

from dataclasses import replace

from coordinator.actions import (
    ArmDeadline,
    ArmDebounce,
    ArmGrace,
    CancelLoads,
    ConsultCache,
    DisarmDeadline,
    LoadOracle,
    ShowCompletion,
    ShowFailure,
    ShowLoading,
    ShowResult,
    ShowTimeout,
)
from coordinator.contract import Cause, Ending, Profile, Token
from coordinator.draft import Draft, Noted
from coordinator.state import NO_KEYS, Request, Session
from oracles.contract import Failed, Loaded, OracleKey, Scope, Skipped, Source

# ---- beginning ----------------------------------------------------------------------------------------------


def choose(draft: Draft, scope: Scope, profile: Profile) -> None:
    """The instructor's new choice: from here on every older token is stale (R3)."""
    token = Token(draft.session.issued + 1)
    draft.session = replace(draft.session, chosen=token, lacking=profile.keys, is_refresh_due=False)
    _cancel_elsewhere(draft, scope)
    _enter(draft, _request_for(draft, scope, profile, Cause.SELECTED))


def refresh_if_due(draft: Draft) -> None:
    """Read the same scope again, once nothing that the instructor asked for is under way (R17)."""
    latest = draft.session.latest
    if latest and draft.session.is_refresh_due and draft.session.is_quiet:
        draft.session = replace(draft.session, is_refresh_due=False)
        _enter(draft, _request_for(draft, latest.scope, latest.profile, Cause.DATA_CHANGED))


def ask_again(draft: Draft, latest: Request, keys: frozenset[OracleKey]) -> None:
    """A request for these keys only, of a choice that has been answered (R18)."""
    request = _request_for(draft, latest.scope, latest.profile, Cause.RETRIED)
    _enter(draft, replace(request, wanted=keys, pending=keys, later=NO_KEYS))


def ask_more(draft: Draft, latest: Request, keys: frozenset[OracleKey]) -> None:
    """The choice grows by these keys: inside its request while that lives, as a request of their own after (R21)."""
    profile = Profile(latest.profile.required, latest.profile.optional | keys)
    draft.session = replace(draft.session, lacking=draft.session.lacking | keys)
    grown = replace(latest, profile=profile)
    draft.put(grown)
    if latest.ending:
        ask_again(draft, grown, keys)
        return
    grown = replace(grown, later=latest.later | keys)
    draft.order(ShowLoading(latest.token, latest.scope, grown.pending | grown.later, Cause.RETRIED))
    consult(draft, grown, keys)


def _request_for(draft: Draft, scope: Scope, profile: Profile, cause: Cause) -> Request:
    token = Token(draft.session.issued + 1)
    required = profile.required
    return Request(token, scope, profile, cause, draft.at, wanted=required, pending=required, later=profile.optional)


def _enter(draft: Draft, request: Request) -> None:
    draft.session = replace(draft.session, issued=request.token)
    draft.note_about(Noted.STARTED, request)
    keys = request.pending | request.later
    request = replace(request, looking=keys)
    draft.order(ShowLoading(request.token, request.scope, keys, request.cause))
    _drop_queued(draft)
    _clear_the_way(draft)
    if draft.session.active is None:
        _activate(draft, _hold(draft, request))
    else:
        _queue(draft, request)
    draft.order(ConsultCache(request.token, request.scope, keys))


def consult(draft: Draft, request: Request, keys: frozenset[OracleKey]) -> None:
    """Ask the cache once more, for these keys."""
    draft.put(replace(request, looking=request.looking | keys))
    draft.order(ConsultCache(request.token, request.scope, keys))


def _drop_queued(draft: Draft) -> None:
    queued = draft.session.queued
    if queued:
        draft.note_about(Noted.REPLACED, queued)
        draft.session = replace(draft.session, queued=None, ended=draft.session.ended.plus(Ending.REPLACED))


def _clear_the_way(draft: Draft) -> None:
    """A refresh, and a request that has nothing running yet, do not make a newer one wait (R6, R17)."""
    active = draft.session.active
    if active and (active.cause is Cause.DATA_CHANGED or not active.is_at_work):
        supersede(draft, active)


def _hold(draft: Draft, request: Request) -> Request:
    """Loads of a new choice wait for the debounce, if one is set (R6)."""
    return replace(request, is_held=request.cause is Cause.SELECTED and draft.session.limits.debounce > 0)


def _activate(draft: Draft, request: Request) -> None:
    limits = draft.session.limits
    draft.session = replace(draft.session, active=request, queued=None)
    draft.order(ArmDeadline(request.token, request.scope, request.pending, limits.deadline))
    if request.is_held:
        draft.order(ArmDebounce(request.token, request.scope, request.pending, limits.debounce))


def _queue(draft: Draft, request: Request) -> None:
    draft.note_about(Noted.QUEUED, request)
    draft.session = replace(draft.session, queued=request)
    active = draft.session.active
    if active and not active.has_grace:
        arm_grace(draft, active)


def arm_grace(draft: Draft, active: Request) -> None:
    """The superseded request may still finish within the grace (R6)."""
    draft.put(replace(active, has_grace=True))
    draft.order(ArmGrace(active.token, active.scope, active.pending, draft.session.limits.grace))


# ---- answers ------------------------------------------------------------------------------------------------


def take(draft: Draft, request: Request, result: Loaded | Failed | Skipped) -> Request:
    """The request with this answer counted; shown if it may be."""
    if isinstance(result, Failed):
        after = request.with_failure(result.key)
        if request.ending is not Ending.TIMED_OUT and _may_show(draft, request, result.key):
            draft.order(ShowFailure(request.token, request.scope, result))
        return after
    after = request.answered(result.key)
    if _may_show(draft, request, result.key):
        _show(draft, request, result)
    return after


def _may_show(draft: Draft, request: Request, key: OracleKey) -> bool:
    """Only for the newest choice (R3), and never over an answer that a later request of it has shown."""
    session = draft.session
    if session.is_stale(request.token):
        return False
    return request.token == session.issued or key in session.lacking


def _show(draft: Draft, request: Request, result: Loaded | Skipped) -> None:
    if isinstance(result, Loaded) and request.ending is Ending.TIMED_OUT:
        result = replace(result, source=Source.LATE)  # R12
    if request.has_no_answer_yet and result.key in request.wanted:
        draft.note_about(Noted.FIRST_READY, request)
    draft.session = replace(draft.session, lacking=draft.session.lacking - {result.key})
    draft.order(ShowResult(request.token, request.scope, result))


def settle(draft: Draft, request: Request) -> None:
    """After an answer: complete what is complete, start the loads that are due."""
    if request.ending is None and not request.pending:
        _complete(draft, request)
    elif draft.is_active(request) and draft.session.is_stale(request.token) and not request.is_at_work:
        supersede(draft, request)  # before any load of it began: nothing is worth waiting for
    else:
        load_due(draft, request.token)


def load_due(draft: Draft, token: Token) -> None:
    """Start the loads of this request whose time has come: required ones once active, optional ones after (R13)."""
    request = draft.session.find(token)
    if request is None or draft.session.is_stale(token):
        return
    due = request.missing & _allowed(draft, request)
    draft.put(replace(request, loading=request.loading | due))
    seconds = draft.session.limits.oracle_deadline
    draft.order(*(LoadOracle(token, request.scope, key, seconds) for key in sorted(due)))


def _allowed(draft: Draft, request: Request) -> frozenset[OracleKey]:
    if request.ending is Ending.COMPLETED:
        return request.later
    return request.pending if draft.is_active(request) and not request.is_held else NO_KEYS


def warm_latest(draft: Draft, result: Loaded) -> None:
    """An older answer is in the cache now; if the latest request wants the same, it asks the cache for it (R5, R8)."""
    latest = draft.session.latest
    if latest and latest.scope == result.scope and result.key in latest.missing:
        consult(draft, latest, frozenset({result.key}))


# ---- ending -------------------------------------------------------------------------------------------------


def _complete(draft: Draft, request: Request) -> None:
    draft.note_about(Noted.COMPLETED, request, request.outcome)
    if draft.is_active(request):
        draft.order(DisarmDeadline(request.token, request.scope, request.wanted))
    if not draft.session.is_stale(request.token):
        draft.order(ShowCompletion(request.token, request.scope, request.outcome))
    _retire(draft, request, Ending.COMPLETED)
    load_due(draft, request.token)
    _promote(draft)


def time_out(draft: Draft, request: Request) -> None:
    """Give up what is pending; what has been shown stays (R11)."""
    draft.note_about(Noted.TIMED_OUT, request)
    if draft.session.is_stale(request.token):
        request = _cancel(draft, request)
    else:
        draft.order(ShowTimeout(request.token, request.scope, request.pending))
        skipped = (Skipped(request.scope, key) for key in sorted(request.missing & request.later))
        draft.order(*(ShowResult(request.token, request.scope, result) for result in skipped))
    _retire(draft, request, Ending.TIMED_OUT)
    _promote(draft)


def supersede(draft: Draft, request: Request) -> None:
    """The active request makes room: its loads are cancelled, the queued one takes its place (R6)."""
    draft.note_about(Noted.SUPERSEDED, request)
    draft.order(DisarmDeadline(request.token, request.scope, request.pending))
    _retire(draft, _cancel(draft, request), Ending.SUPERSEDED)
    _promote(draft)


def close(draft: Draft) -> None:
    for request in draft.session.live:
        draft.note_about(Noted.CLOSED, request)
        draft.session = replace(draft.session, ended=draft.session.ended.plus(Ending.CLOSED))
    if active := draft.session.active:
        draft.order(DisarmDeadline(active.token, active.scope, active.pending))
    for request in draft.session:
        _cancel(draft, request)
    last = draft.session
    draft.session = Session(last.limits, last.issued, last.chosen, ended=last.ended, is_closed=True)


def _promote(draft: Draft) -> None:
    """The queued request becomes active and loads its own scope (R7)."""
    queued = draft.session.queued
    if queued:
        draft.note_about(Noted.PROMOTED, queued)
        _activate(draft, queued)
        load_due(draft, queued.token)


def _retire(draft: Draft, request: Request, ending: Ending) -> None:
    session = draft.session
    is_stale = session.is_stale(request.token)
    draft.session = replace(
        session,
        active=None if draft.is_active(request) else session.active,
        queued=None if not draft.is_active(request) else session.queued,
        shown=session.shown if is_stale else request.token,
        retired=(*session.retired, replace(request, ending=ending)),
        ended=session.ended.plus(ending),
    )


def _cancel(draft: Draft, request: Request) -> Request:
    if request.loading and not request.is_cancelled:
        draft.order(CancelLoads(request.token, request.scope, request.loading))
    return replace(request, is_cancelled=True)


def _cancel_elsewhere(draft: Draft, scope: Scope) -> None:
    """What still runs for an ended request of another scope is of no use now."""
    for request in draft.session.retired:
        if request.scope != scope:
            draft.put(_cancel(draft, request))


def forget(draft: Draft) -> None:
    """Keep of the ended requests what still matters, and never more than the limit."""
    session = draft.session
    kept = [request for request in session.retired if _matters(draft, request)]
    excess = max(0, len(kept) - session.limits.retired)
    oldest = [request for request in kept if request.token != session.shown][:excess]
    for request in oldest:
        _cancel(draft, request)
    draft.session = replace(session, retired=tuple(request for request in kept if request not in oldest))


def _matters(draft: Draft, request: Request) -> bool:
    is_looked_at = bool(request.looking) and not draft.session.is_stale(request.token)
    return bool(request.loading) or is_looked_at or request.token == draft.session.shown

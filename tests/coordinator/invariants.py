"""What must hold after every step, whatever happened: `check` looks at one step, `Ledger` at a whole history."""

from __future__ import annotations

from coordinator.actions import (
    Action,
    ArmDeadline,
    ArmGrace,
    CancelLoads,
    ConsultCache,
    DisarmDeadline,
    LoadOracle,
    ShowCompletion,
    ShowFailure,
    ShowResult,
    ShowTimeout,
    StoreResult,
    Update,
)
from coordinator.contract import Ending, Token
from coordinator.draft import Noted, Step
from coordinator.events import DeadlinePassed, Event, OracleFinished, ScopeSelected, SessionClosed
from coordinator.session import step as apply
from coordinator.state import Request, Session
from oracles.contract import Loaded, OracleKey


def check(before: Session, event: Event, done: Step) -> None:
    session = done.session
    _at_most_one_active_and_one_queued(session)
    _tokens_count_up(before, session)
    _only_the_newest_choice_is_shown(session, done.actions)
    _orders_carry_their_own_scope(before, session, done.actions)
    _every_request_ends_once(before, session, done)
    _nothing_is_stuck(session)
    _what_is_remembered_is_bounded(session)
    if isinstance(event, OracleFinished):
        _answers_are_kept_and_stale_ones_not_shown(before, event, done)
    if isinstance(event, DeadlinePassed):
        _a_deadline_makes_room(before, event, done)
    if isinstance(event, ScopeSelected):
        _the_same_choice_is_one_request(event, done)
    if isinstance(event, SessionClosed):
        assert not session.live


def _at_most_one_active_and_one_queued(session: Session) -> None:  # R1
    if session.queued:
        assert session.active
        assert session.active.token < session.queued.token
        assert session.is_stale(session.active.token)
        assert session.active.has_grace


def _tokens_count_up(before: Session, session: Session) -> None:  # R2
    tokens = [request.token for request in session]
    assert len(set(tokens)) == len(tokens)
    assert before.issued <= session.issued <= before.issued + 2  # a step may begin a refresh of its own
    assert before.chosen <= session.chosen <= session.issued
    assert all(token <= session.issued for token in tokens)


def _only_the_newest_choice_is_shown(session: Session, actions: tuple[Action, ...]) -> None:  # R3
    for update in actions:
        if isinstance(update, Update):
            assert update.token >= session.chosen
            assert session.latest
            assert update.scope == session.latest.scope
        if isinstance(update, ShowResult | ShowFailure):
            assert update.result.scope == update.scope


def _orders_carry_their_own_scope(before: Session, session: Session, actions: tuple[Action, ...]) -> None:  # R7
    for order in actions:
        request = session.find(order.token) or before.find(order.token)
        assert request
        assert order.scope == request.scope
        if isinstance(order, LoadOracle):
            assert order.key in request.profile.keys
            assert request.token == session.issued or request.ending is Ending.COMPLETED


def _every_request_ends_once(before: Session, session: Session, done: Step) -> None:  # R16
    assert session.issued == session.ended.total + len(session.live)
    ended = session.ended.total - before.ended.total
    words = {Noted.COMPLETED, Noted.TIMED_OUT, Noted.REPLACED, Noted.SUPERSEDED, Noted.CLOSED}
    endings = [note.token for note in done.notes if note.what in words]
    assert len(endings) == ended == len(set(endings))


def _nothing_is_stuck(session: Session) -> None:
    """Whatever lives has something under way that will move it on; whatever is quiet has no refresh due."""
    for request in session.live:
        assert request.pending
        assert request.ending is None
    if session.active:
        assert session.active.is_at_work or session.active.is_held
        if not session.is_stale(session.active.token):
            under_way = session.active.looking | session.active.loading
            assert session.active.is_held or session.active.pending <= under_way
    assert not (session.is_refresh_due and session.is_quiet)


def _what_is_remembered_is_bounded(session: Session) -> None:
    assert len(session.retired) <= session.limits.retired
    assert all(request.ending for request in session.retired)
    if session.issued and not session.is_closed:
        assert session.latest


def _answers_are_kept_and_stale_ones_not_shown(before: Session, event: OracleFinished, done: Step) -> None:  # R8, R9
    shown = [update for update in done.actions if isinstance(update, ShowResult | ShowFailure)]
    stored = [order.result for order in done.actions if isinstance(order, StoreResult)]
    owner = before.find(event.token)
    assert stored == ([event.result] if owner and isinstance(event.result, Loaded) else [])
    if owner is None or before.is_stale(event.token):
        assert not shown
    assert all(update.token == event.token and update.result.key == event.key for update in shown)


def _a_deadline_makes_room(before: Session, event: DeadlinePassed, done: Step) -> None:  # R11
    active = before.active
    if active is None or active.token != event.token:
        assert not any(isinstance(order, ShowTimeout) for order in done.actions)
        return
    assert done.session.active is None or done.session.active.token > event.token
    given_up = [order.keys for order in done.actions if isinstance(order, ShowTimeout)]
    assert given_up == ([] if before.is_stale(event.token) else [active.pending])


def _the_same_choice_is_one_request(event: ScopeSelected, done: Step) -> None:  # R14
    again = apply(done.session, event)
    latest = done.session.latest
    if latest and latest.ending is None and latest.pending == latest.wanted:
        assert again.actions == ()
        assert again.session == done.session


class Ledger:
    """Follows the orders of one session from its beginning."""

    def __init__(self) -> None:
        self.loads: set[tuple[Token, OracleKey]] = set()
        self.consulted: set[tuple[Token, OracleKey]] = set()
        self.deadlines: set[Token] = set()
        self.graces: set[Token] = set()
        self.over: set[Token] = set()

    def follow(self, event: Event, done: Step) -> None:
        if isinstance(event, OracleFinished):
            self.loads.discard((event.token, event.key))
        if isinstance(event, DeadlinePassed):
            self.deadlines.discard(event.token)
        for order in done.actions:
            self._follow_order(order)
        self._compare(done.session)

    def _follow_order(self, order: Action) -> None:
        match order:
            case ConsultCache():
                self.consulted |= {(order.token, key) for key in order.keys}
            case LoadOracle():
                place = (order.token, order.key)
                assert place in self.consulted  # R4
                assert place not in self.loads
                self.loads.add(place)
            case CancelLoads():
                assert {(order.token, key) for key in order.keys} <= self.loads
            case ArmDeadline():
                assert order.token not in self.deadlines
                self.deadlines.add(order.token)
            case DisarmDeadline():
                self.deadlines.remove(order.token)
            case ArmGrace():
                self.graces.add(order.token)
            case ShowCompletion() | ShowTimeout():
                assert order.token not in self.over  # R16
                self.over.add(order.token)

    def _compare(self, session: Session) -> None:
        if session.is_closed:
            return
        running = {(request.token, key) for request in session for key in request.loading}
        assert running <= self.loads
        assert self.deadlines == ({session.active.token} if session.active else set())


def owners(session: Session) -> list[Request]:
    """The requests to which something may still come."""
    return [request for request in session if request.is_at_work]

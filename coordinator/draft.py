"""A step while it is being worked out: the next session, the orders so far, and what is worth counting. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from coordinator.actions import Action
from coordinator.contract import Cause, Outcome, Token
from coordinator.state import Request, Session


class Noted(StrEnum):
    """What a step established, for telemetry and tests; a request's end is noted by the word of its `Ending`."""

    STARTED = "started"
    """Every token given out."""
    QUEUED = "queued"
    PROMOTED = "promoted"
    DUPLICATE = "duplicate"
    FIRST_READY = "first_ready"
    """The first required answer of a request is shown."""
    COMPLETED = "completed"
    TIMED_OUT = "timed_out"
    REPLACED = "replaced"
    SUPERSEDED = "superseded"
    CLOSED = "closed"
    STALE_DISCARDED = "stale_discarded"
    IGNORED = "ignored"
    """Came too late to matter: a finished token's timer, a retry on a tile no longer shown."""


@dataclass(frozen=True, slots=True)
class Note:
    what: Noted
    token: Token
    cause: Cause | None = None
    outcome: Outcome | None = None
    seconds: float | None = None
    """Since the request was asked."""
    was_queued: bool = False
    """It left the queue by this."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event applied."""

    session: Session
    actions: tuple[Action, ...]
    notes: tuple[Note, ...] = ()


class Draft:
    """Mutable only inside one call of the core: an event that is refused leaves nothing behind (R15)."""

    __slots__ = ("actions", "at", "notes", "session")

    def __init__(self, session: Session, at: float) -> None:
        self.session = session
        self.at = at
        self.actions: list[Action] = []
        self.notes: list[Note] = []

    def order(self, *actions: Action) -> None:
        self.actions.extend(actions)

    def note(self, what: Noted, token: Token) -> None:
        self.notes.append(Note(what, token))

    def note_about(self, what: Noted, request: Request, outcome: Outcome | None = None) -> None:
        queued = self.session.queued
        self.notes.append(
            Note(
                what,
                request.token,
                cause=request.cause,
                outcome=outcome,
                seconds=self.at - request.started_at,
                was_queued=queued is not None and queued.token == request.token,
            )
        )

    def is_active(self, request: Request) -> bool:
        active = self.session.active
        return active is not None and active.token == request.token

    def put(self, request: Request) -> None:
        """Keep this newer form of a request where the older one was."""
        session = self.session
        if self.is_active(request):
            self.session = replace(session, active=request)
        elif session.queued and session.queued.token == request.token:
            self.session = replace(session, queued=request)
        else:
            retired = tuple(request if old.token == request.token else old for old in session.retired)
            self.session = replace(session, retired=retired)

    def step(self) -> Step:
        return Step(self.session, tuple(self.actions), tuple(self.notes))

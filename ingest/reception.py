"""Where a request to the endpoint is dealt with: who sends, may they now, what do they tell, is it stored.

Nothing here runs on the event loop but waiting: reading and looking up are done by threads of the reception's own,
writing by the intake. Everything of a request is read and looked up before anything of it is handed to the intake.
Who it is, is found out at the door, by a thread that does nothing else.
"""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.db import InterfaceError, OperationalError

from coordinator.writes.contract import End, Ending
from ingest.directory import Directory
from ingest.door import Crowded, Door
from ingest.endpoint_answers import Refusal, later, of_faults, of_intake
from ingest.fields import Misfit
from ingest.json_text import NotJson, parse
from ingest.pipeline import STORED, Intake, IntakeError
from ingest.placing import CONFLICT, Placed, conflicts, place
from ingest.rates import Rates
from ingest.room import Room
from ingest.told import Told
from oracles.contract import TenantId
from oracles.runner.pool import DatabaseThreads

type Read = Callable[[object], tuple[list[Told], list[Misfit]]]
"""From parsed JSON to events told, or what is wrong. Raises Misfit when it is wrong as a whole."""

REQUEST_COST = 10.0
"""Of any request, in events: so that empty ones are not free."""
RETRY_SECONDS = 1.0
GIVEN_UP = frozenset({"exhausted", "expired", "poison_ratio", "shutdown"})
"""Codes of dead letters that are not the event's own fault."""


@dataclass(frozen=True, slots=True)
class ReceptionLimits:
    most_bytes: int = 2 * 1024 * 1024
    most_events: int = 1_000


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a token, and through it an institution."""

    tenant_id: TenantId
    token_id: int


@dataclass(slots=True)
class Outage:
    """The database was away; until then nobody asks."""

    until: float = 0.0
    """Monotonic seconds."""


@dataclass(frozen=True, slots=True)
class Reception:
    intake: Intake
    door: Door[tuple[TenantId, int]]
    threads: DatabaseThreads
    rates: Rates
    now: Callable[[], datetime]
    """Aware."""
    new_id: Callable[[], UUID]
    limits: ReceptionLimits = field(default_factory=ReceptionLimits)
    room: Room = field(default_factory=Room)
    directory: Directory = field(default_factory=Directory)
    _outage: Outage = field(default_factory=Outage)

    async def admit(self, authorization: str) -> Sender:
        """Who sends this, by their token.

        Raises:
            Refusal: 401, or 503 when nobody can tell now.

        """
        found = await self._asked(lambda: self.door.ask(secret_in(authorization)))
        if found is None:
            raise Refusal(
                HTTPStatus.UNAUTHORIZED,
                "unauthorized",
                "expected a valid bearer token",
                headers={"WWW-Authenticate": 'Bearer realm="lectern"'},
            )
        return Sender(*found)

    def charge(self, sender: Sender, cost: float) -> None:
        """The sender may send this much now.

        Raises:
            Refusal: 429, not that fast.

        """
        seconds = self.rates.wait_for(sender.token_id, cost)
        if seconds:
            message = "this token sends faster than it may"
            raise later(HTTPStatus.TOO_MANY_REQUESTS, "too_fast", message, seconds)

    async def take(self, sender: Sender, body: bytes, read: Read) -> list[UUID]:
        """Every event that the body tells is stored; returns their ids, in order.

        Raises:
            Refusal: nothing was stored; except that of a 503 some may have been, and sending it again is safe.

        """
        refusal = self.intake.refusal()
        if refusal is not None:
            raise of_intake(refusal)
        self.charge(sender, REQUEST_COST)
        with self._room_for(sender):
            events = await self._ask(lambda: self._placed(sender, body, read))
            self.charge(sender, len(events))
            try:
                endings = await self.intake.submit(sender.tenant_id, events)
            except IntakeError as error:
                raise of_intake(error) from error
        _check_endings(endings)
        return [event.record.event_id for event in events]

    async def ask[R](self, sender: Sender, question: Callable[[], R]) -> R:
        """The answer, found by a thread of the reception.

        Raises:
            Refusal: 429, too much of this institution is in hand; 503, the database cannot be reached.

        """
        with self._room_for(sender):
            return await self._ask(question)

    @contextmanager
    def _room_for(self, sender: Sender) -> Iterator[None]:
        if not self.room.enter(sender.tenant_id):
            raise later(HTTPStatus.TOO_MANY_REQUESTS, "full", "too many requests are in hand", RETRY_SECONDS)
        try:
            yield
        finally:
            self.room.leave(sender.tenant_id)

    async def _ask[R](self, question: Callable[[], R]) -> R:
        return await self._asked(lambda: asyncio.wrap_future(self.threads.submit(question)))

    async def _asked[R](self, ask: Callable[[], Awaitable[R]]) -> R:
        """A database that was away a moment ago is not asked again: requests would only pile up in front of it."""
        away = later(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "the database cannot be reached now", RETRY_SECONDS)
        if self.rates.clock() < self._outage.until:
            raise away
        try:
            return await ask()
        except Crowded as error:
            raise later(HTTPStatus.TOO_MANY_REQUESTS, "full", "too many are at the door", RETRY_SECONDS) from error
        except (OperationalError, InterfaceError) as error:
            self._outage.until = self.rates.clock() + RETRY_SECONDS
            raise away from error

    def _placed(self, sender: Sender, body: bytes, read: Read) -> Sequence[Placed]:
        try:
            told, faults = read(parse(body))
        except NotJson as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, "not_json", str(error)) from error
        except Misfit as misfit:
            raise of_faults([misfit], CONFLICT) from misfit
        placed: list[Placed] = []
        if not faults:
            placed, faults = place(self.directory, sender.tenant_id, told)
        if not faults:
            faults = conflicts(sender.tenant_id, told, placed)
        if faults:
            raise of_faults(faults, CONFLICT)
        return placed


def secret_in(authorization: str) -> str:
    """The token of the header: `Bearer <token>`; or `Basic`, where it is the password (many xAPI programs know no
    other way). Anything else is no token.
    """
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(rest.strip(), validate=True).decode("ascii").partition(":")[2]
    except ValueError:
        return ""


def _check_endings(endings: Sequence[Ending]) -> None:
    """What the look-up could not know: somebody stored another event of the id, or changed the section, meanwhile."""
    lost = [ending for ending in endings if ending.end not in STORED]
    if not lost:
        return
    first = next((ending for ending in lost if ending.end is not End.CONFLICT), lost[0])
    if first.end in {End.DROPPED, End.ABANDONED} or first.code in GIVEN_UP:
        message = "not everything could be written: send it again"
        raise later(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", message, RETRY_SECONDS)
    status = HTTPStatus.CONFLICT if first.end is End.CONFLICT else HTTPStatus.BAD_REQUEST
    raise Refusal(status, first.code or first.end.value, first.detail)

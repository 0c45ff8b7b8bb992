"""The socket of one open dashboard. It turns frames into events, returns at once and decides nothing.

`dispatch` is overridden because the stock one hops through the one thread that all sockets of the process share;
`receive` cannot raise, because a socket that breaks is opened again by the page and would break again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from urllib.parse import parse_qs

import msgspec
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from coordinator.contract import Limits, Profile
from coordinator.driver import Driver
from coordinator.events import RetryAsked, ScopeSelected
from coordinator.ports import Ports
from courses.access import Granted
from courses.contract import DashboardContext
from dashboard_project.lifecycle import lifecycle
from dashboard_project.web.entry import Door, close_code, enter, look_up, lost
from dashboard_project.web.frames import BadFrame, TileRetried, ViewAsked, parse
from dashboard_project.web.limits import Allowance, CloseCode
from dashboard_project.web.places import PLACES
from dashboard_project.web.screen import Choice, DashboardScreen
from dashboard_project.web.tiles import TileMaker
from dashboard_project.web.urlstate import COURSE, DEFAULT, Notice
from dashboard_project.web.workers import in_database_worker

log = logging.getLogger("lectern.socket")

RECHECK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What a socket is built of; the same for all sockets of a process."""

    ports: Callable[[], Ports]
    limits: Callable[[], Limits]
    maker: TileMaker
    profile: Profile


class DashboardConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket: a screen, a driver, and the tasks it spawned."""

    channel_layer_alias = "unused"
    """No layer of this name: a socket opens and works without Redis (P6), and nobody pushes to it yet."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self._parts = parts

    async def dispatch(self, message: Mapping[str, object]) -> None:
        match message["type"]:
            case "websocket.connect":
                await self.websocket_connect(message)
            case "websocket.receive":
                await self.websocket_receive(message)
            case "websocket.disconnect":
                await self.disconnect(message.get("code"))
                raise StopConsumer

    async def connect(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._choosing: asyncio.Task[None] | None = None
        self._contexts: dict[str, Granted] = {}
        self._wanted = DEFAULT
        self._allowance = Allowance(monotonic())
        self._driver: Driver | None = None
        self._holder: int | None = None
        self._is_closing = False
        self._has_left = lifecycle.opened(self._ask_to_close())
        await self._enter()

    async def disconnect(self, _code: object) -> None:
        self._is_closing = True
        self._has_left()
        if self._holder is not None:
            PLACES.leave(self._holder)
            self._holder = None
        for task in list(self._tasks):
            task.cancel()
        if self._driver is not None:
            await self._driver.close()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._is_closing or self._driver is None:
            return
        if not self._allowance.admits(monotonic()):
            await self._end(CloseCode.TOO_MANY)
            return
        try:
            self._happen(parse(text_data, bytes_data, self._wanted))
        except BadFrame as error:
            await self._refuse(str(error))
        except Exception:
            log.exception("socket_event_failed")
            await self._refuse("failed")

    # ---- the door -----------------------------------------------------------------------------------------------

    async def _enter(self) -> None:
        route = self.scope["url_route"]["kwargs"]
        key = self.scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME, "")
        self._door = Door(key, route["institution"], route["section"])
        try:
            access, choices = await in_database_worker(enter, self._door)
        except Exception:
            # Refused before it opens, so that the page waits longer before each next try.
            log.exception("socket_door_failed")
            await self.close()
            return
        await self.accept()
        if not isinstance(access, Granted):
            await self._end(close_code(access))
            return
        refused = PLACES.take(access.context.user_id or 0)
        if refused:
            await self._end(refused)
            return
        self._holder = access.context.user_id or 0
        self._contexts[COURSE] = access
        self._screen = DashboardScreen(self._send_html, self._parts.maker, choices, self._language())
        self._driver = Driver(self._parts.ports(), self._screen, self._parts.limits())
        self._spawn(self._recheck(access.context))

    def _language(self) -> str:
        asked = parse_qs(self.scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[-1]
        return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    async def _recheck(self, context: DashboardContext) -> None:
        """Ends the socket of somebody who has signed out or may no longer look; forgets scopes that may have moved.

        While the database cannot be asked, the dashboard stays readable (P7); the next turn asks again.
        """
        while True:
            await asyncio.sleep(getattr(settings, "ACCESS_RECHECK_SECONDS", RECHECK_SECONDS))
            try:
                code = await in_database_worker(lost, self._door, context)
            except Exception:
                log.exception("socket_recheck_failed")
                continue
            if code is not None:
                await self._end(code)
                return
            self._contexts.clear()

    # ---- events -------------------------------------------------------------------------------------------------

    def _happen(self, event: ViewAsked | TileRetried) -> None:
        match event:
            case TileRetried(capability=capability):
                choice = self._screen.choice
                if choice is not None and self._driver is not None:
                    self._driver.feed(RetryAsked(choice.context.scope, self._parts.maker.needs(capability).keys))
            case ViewAsked():
                self._look(event)

    def _look(self, event: ViewAsked) -> None:
        self._wanted = event.state
        choice = self._screen.choice
        if self._choosing is not None:
            self._choosing.cancel()
            self._choosing = None
        if choice is not None and choice.view.scope == event.state.scope:
            seen = replace(choice, view=event.state, seq=max(choice.seq, event.seq), notices=event.notices)
            self._spawn(self._screen.look(self._under_view(seen)))
        elif event.state.scope in self._contexts:
            self._select(event, self._contexts[event.state.scope])
        else:
            self._choosing = self._spawn(self._find(event))

    async def _find(self, event: ViewAsked) -> None:
        """Look the scope up, then choose it; a newer choice cancels this."""
        try:
            access = await in_database_worker(look_up, self._door, event.state.scope)
        except Exception:
            log.exception("socket_look_up_failed")
            await self._screen.say(Notice("unavailable"))
            return
        if not isinstance(access, Granted):
            await self._end(close_code(access))
            return
        if not access.fell_back:
            self._contexts[event.state.scope] = access
        self._select(event, access)

    def _select(self, event: ViewAsked, access: Granted) -> None:
        view, notices = event.state, event.notices
        if access.fell_back:
            view, notices = view.at(COURSE), (*notices, Notice("unknown_scope", "scope"))
        self._wanted = view
        choice = Choice(access.context, view, event.seq, event.shown, notices)
        self._screen.choose(self._under_view(choice))
        if self._driver is not None:
            self._driver.feed(ScopeSelected(access.context.scope, self._parts.profile))

    @staticmethod
    def _under_view(choice: Choice) -> Choice:
        """The threshold of the address is the one in force for this dashboard."""
        semantics = msgspec.structs.replace(choice.context.semantics, progress_threshold=choice.view.threshold)
        return replace(choice, context=replace(choice.context, semantics=semantics))

    # ---- the wire -----------------------------------------------------------------------------------------------

    async def _send_html(self, html: str) -> None:
        if not self._is_closing:
            await self.send(text_data=html)

    async def _refuse(self, reason: str) -> None:
        log.info("bad_frame", extra={"reason": reason})
        if self._allowance.strike():
            await self._end(CloseCode.BAD_FRAMES)
        else:
            await self._screen.say(Notice("unreadable_message"))

    def _ask_to_close(self) -> Callable[[], None]:
        """What the process calls, from another thread, when it is about to stop."""
        loop = asyncio.get_running_loop()

        def ask() -> None:
            loop.call_soon_threadsafe(lambda: self._spawn(self._end(CloseCode.RESTART)))

        return ask

    async def _end(self, code: int) -> None:
        if not self._is_closing:
            self._is_closing = True
            await self.close(code=code)

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("socket_task_failed", exc_info=task.exception())

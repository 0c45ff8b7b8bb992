"""The socket of one open dashboard: who may sit down, and the frames in and out. It decides nothing.

`dispatch` is overridden because the stock one hops through the one thread that all sockets of the process share;
`receive` cannot raise, because a socket that breaks is opened again by the page and would break again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from itertools import count
from time import monotonic
from urllib.parse import parse_qs

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from courses.access import Granted
from courses.contract import DashboardContext, Role, ScopeChoice
from dashboard_project.lifecycle import lifecycle
from dashboard_project.sessions import WRITTEN_EVERY
from dashboard_project.web.desk import Desk, Parts, Socket
from dashboard_project.web.entry import Door, active, check, close_code, enter
from dashboard_project.web.frames import BadFrame, parse
from dashboard_project.web.limits import Allowance, CloseCode
from dashboard_project.web.places import PLACES
from dashboard_project.web.screen import DashboardScreen
from dashboard_project.web.urlstate import Notice
from dashboard_project.web.workers import in_database_worker

log = logging.getLogger("lectern.socket")

WARNED_SECONDS = 120.0
TURNS_KEPT = 20
"""What was looked up is looked up again after so many checks: what no stamp tells of, such as what stood there a week
ago, is at most ten minutes old."""


class DashboardConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket: a screen, a desk, and the tasks it spawned."""

    channel_layer_alias = "unused"
    """No layer of this name: a socket opens and works without Redis (P6). The watch has one place on the layer for all
    sockets of a process, and tells them when data moved."""

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
        self._allowance = Allowance(monotonic())
        self._desk: Desk | None = None
        self._holder: int | None = None
        self._is_closing = False
        self._active_at = monotonic()
        self._is_warned = False
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
        if self._desk is not None:
            await self._desk.close()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._is_closing or self._desk is None:
            return
        if not self._allowance.admits(monotonic()):
            await self._end(CloseCode.TOO_MANY)
            return
        try:
            self._desk.happen(parse(text_data, bytes_data, self._desk.wanted))
            self._is_active()
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
        self._sit_down(access, choices)

    def _sit_down(self, access: Granted, choices: tuple[ScopeChoice, ...]) -> None:
        self._screen = DashboardScreen(
            self._send_html, self._parts.maker, choices, self._language(), keep=self._parts.keep
        )
        self._desk = Desk(self._parts, Socket(self._door, self._spawn, self._end), self._screen, access, choices)
        self._spawn(self._recheck(self._desk, access.context))

    def _language(self) -> str:
        asked = parse_qs(self.scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[-1]
        return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    async def _recheck(self, desk: Desk, context: DashboardContext) -> None:
        """Ends the socket of somebody who has signed out or may no longer look; who looks in another role is looked up.

        While the database cannot be asked, the dashboard stays readable (P7); the next turn asks again.
        """
        role: Role | None = context.role
        for turn in count(1):
            await asyncio.sleep(self._parts.recheck_seconds())
            try:
                found = await in_database_worker(check, self._door, context)
            except Exception:
                log.exception("socket_recheck_failed")
                continue
            if found.close_with is not None:
                await self._end(found.close_with)
                return
            if found.role is not role:
                role = found.role
                desk.look_up_again()
            elif turn % TURNS_KEPT == 0:
                desk.forget_scopes()
            await self._warn(found.idle_left)

    def _is_active(self) -> None:
        """What a person sends keeps them signed in; the page's own first word after (re)connecting does not."""
        if monotonic() - self._active_at < WRITTEN_EVERY:
            return
        self._active_at = monotonic()
        self._is_warned = False
        self._spawn(in_database_worker(active, self._door))

    async def _warn(self, left: float | None) -> None:
        """Two minutes before somebody is signed out for doing nothing, they are told (WCAG 2.2.1)."""
        if left is None or left > WARNED_SECONDS:
            self._is_warned = False
        elif not self._is_warned:
            self._is_warned = True
            self._active_at = 0.0  # whatever they do now counts at once
            await self._screen.say(Notice("idle_soon"))

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

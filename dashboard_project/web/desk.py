"""One person at one dashboard: what was asked becomes a choice on the screen and an event for the driver.

Moved data comes in here too: it is read again under the scope that is chosen then. When the section's outline or its
settings moved, what is looked at is looked up again first; it may have another name, other thresholds, or be gone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

from coordinator.contract import Limits, Profile
from coordinator.driver import Driver
from coordinator.events import DataChanged, MoreAsked, RetryAsked, ScopeSelected
from coordinator.ports import Ports
from courses.access import Access, Granted
from courses.contract import DashboardContext, ScopeChoice
from dashboard_project.hints.watch import Follower
from dashboard_project.web.admission import view_shown
from dashboard_project.web.choice import Choice
from dashboard_project.web.entry import Door, close_code, enter, look_around
from dashboard_project.web.following import Following
from dashboard_project.web.frames import ClientEvent, NameSought, TileRetried, ViewAsked
from dashboard_project.web.live import is_paused
from dashboard_project.web.screen import DashboardScreen, Keep
from dashboard_project.web.seat import Seat
from dashboard_project.web.settings_news import SettingsChanged, settings_news
from dashboard_project.web.tiles import TileMaker
from dashboard_project.web.urlstate import DEFAULT, Notice, ViewState
from dashboard_project.web.whereabouts import Whereabouts
from dashboard_project.web.workers import in_database_worker
from oracles.contract import DataStamp, Scope

log = logging.getLogger("lectern.socket")


class Watch(Protocol):
    """Knows how far sections have moved."""

    def follow(self, scope: Scope, follower: Follower) -> Callable[[], None]:
        """The follower is told from now on, until what is returned is called."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a dashboard is built of; the same for all of a process."""

    ports: Callable[[], Ports]
    limits: Callable[[], Limits]
    maker: TileMaker
    profile: Profile
    watch: Callable[[], Watch]
    recheck_seconds: Callable[[], float]
    """Until a socket's person is asked for again; drawn anew each time, so that dashboards do not ask in step."""
    keep: Keep = lambda _viewing, _results: ""
    """Keeps what is shown complete, so that it can be exported."""


@dataclass(frozen=True, slots=True)
class Socket:
    """What a desk may do with its socket."""

    door: Door
    spawn: Callable[[Coroutine[None, None, None]], asyncio.Task[None]]
    end: Callable[[int], Awaitable[None]]


class Desk:
    """Owned by a socket; every method is called on its loop."""

    def __init__(
        self,
        parts: Parts,
        socket: Socket,
        screen: DashboardScreen,
        course: Granted,
        choices: Sequence[ScopeChoice],
    ) -> None:
        ports = parts.ports()
        self._parts = parts
        self._socket = socket
        self._screen = screen
        self._driver = Driver(ports, screen, parts.limits())
        self._whereabouts = Whereabouts(course, choices)
        self._choosing: asyncio.Task[None] | None = None
        self._outline: tuple[int, int] | None = None
        self._sought = ""
        """Part of a name, until another scope is chosen."""
        self.wanted = DEFAULT
        """The view in force, to which the next frame is relative."""
        self._following = Following(ports.clock, Seat(screen, socket.spawn), self._refresh)
        screen.on_settled = self._following.consider
        self._unfollow = parts.watch().follow(course.context.scope, self._following)

    async def close(self) -> None:
        """Nothing that was started here runs any more."""
        self._unfollow()
        self._following.close()
        await self._driver.close()

    def forget_scopes(self) -> None:
        """They may have moved: the next choice is looked up."""
        self._whereabouts.forget()

    def look_up_again(self) -> None:
        """The person may look otherwise than before."""
        self._socket.spawn(self._renew())

    # ---- what a person asks -------------------------------------------------------------------------------------

    def happen(self, event: ClientEvent) -> None:
        match event:
            case TileRetried(capability=capability):
                choice = self._screen.choice
                if choice is not None:
                    maker = self._parts.maker
                    keys = maker.needs(capability, choice.view).keys if capability else maker.keys
                    if capability is None:
                        self._screen.expect()
                    self._driver.feed(RetryAsked(choice.context.scope, keys))
            case NameSought(text=text):
                self._seek(text)
            case ViewAsked():
                self._look(event)

    def _seek(self, text: str) -> None:
        choice = self._screen.choice
        self._sought = text
        if choice is not None and choice.view.scope == self.wanted.scope:
            self._socket.spawn(self._screen.look(_under_view(replace(choice, view=self.wanted, sought=text))))

    def _look(self, event: ViewAsked) -> None:
        self.wanted = event.state
        choice = self._screen.choice
        if self._choosing is not None:
            self._choosing.cancel()
            self._choosing = None
        if choice is not None and choice.view.scope == event.state.scope:
            seen = replace(
                choice,
                view=event.state,
                seq=max(choice.seq, event.seq),
                notices=event.notices,
                sought=self._sought,
            )
            self._socket.spawn(self._look_again(seen))
        elif granted := self._whereabouts.known(event.state.scope):
            self._select(event, granted)
        else:
            self._choosing = self._socket.spawn(self._find(event))

    async def _look_again(self, choice: Choice) -> None:
        """Otherwise at the same scope. Paused or not is heard last: what a resumed page asks for is painted live."""
        await self._screen.look(_under_view(choice))
        if more := self._parts.maker.more_for(choice.view):
            self._driver.feed(MoreAsked(choice.context.scope, more))
        self._following.pause(is_paused=is_paused(self.wanted))

    async def _find(self, event: ViewAsked) -> None:
        """Look the scope up, then choose it; a newer choice cancels this."""
        try:
            access = await self._access(event.state.scope)
        except Exception:
            log.exception("socket_look_up_failed")
            await self._screen.say(Notice("unavailable"))
            return
        if (granted := await self._let_in(access)) is None:
            return
        self._select(event, granted)

    async def _access(self, address: str) -> Access:
        """To a scope that was offered, with one query; else as at the door."""
        if (offered := self._whereabouts.offered(address)) is not None:
            granted = await in_database_worker(look_around, offered)
            self._whereabouts.keep(granted)
            return granted
        access, choices = await in_database_worker(enter, self._socket.door, address)
        if isinstance(access, Granted):
            self._whereabouts.learn(access, choices)
            self._screen.offer(choices)
        return access

    def _select(self, event: ViewAsked, access: Granted) -> None:
        view, notices = view_shown(access, event.state, event.notices)
        self.wanted, self._sought = view, ""
        self._screen.choose(_under_view(Choice(access.context, view, event.seq, event.shown, notices)))
        self._following.pause(is_paused=is_paused(view))
        self._driver.feed(ScopeSelected(access.context.scope, self._profile(view)))
        self._screen.chosen = self._driver.session.chosen

    def _profile(self, view: ViewState) -> Profile:
        """What every dashboard asks, and what this view needs besides."""
        usual = self._parts.profile
        return Profile(usual.required, usual.optional | self._parts.maker.more_for(view))

    async def _let_in(self, access: Access) -> Granted | None:
        """Whoever may no longer look is shown out."""
        if isinstance(access, Granted):
            return access
        await self._socket.end(close_code(access))
        return None

    # ---- what the data does -------------------------------------------------------------------------------------

    def _refresh(self, stamp: DataStamp) -> None:
        # Not the roster: it moves with every event that is somebody's last, and no context depends on it.
        outline = (stamp.structure, stamp.settings)
        if outline == self._outline:
            self._driver.feed(DataChanged())
        else:
            self._outline = outline
            self.look_up_again()

    async def _renew(self) -> None:
        """What is looked at, looked up again; then the data is read again."""
        choice = self._screen.choice
        if choice is None:
            return
        try:
            access, choices = await in_database_worker(enter, self._socket.door, choice.view.scope)
        except Exception:
            log.exception("socket_renewal_failed")
            self._outline = None
            return
        if (granted := await self._let_in(access)) is None:
            return
        news = await in_database_worker(settings_news, choice.context, granted.context)
        self._whereabouts.learn(granted, choices)
        self._screen.offer(choices)
        if self._screen.choice is not choice:
            await self._renew()  # something else is looked at by now
        elif granted.fell_back:
            self._select(ViewAsked(choice.view, seq=choice.seq), granted)
        else:
            await self._show_renewed(choice, granted.context, news)
            self._driver.feed(DataChanged())

    async def _show_renewed(self, choice: Choice, context: DashboardContext, news: SettingsChanged | None) -> None:
        """The same look under what holds now; who changed it and how is said, and stays there."""
        notices = choice.notices if news is None else (*choice.notices, news)
        await self._screen.look(_under_view(replace(choice, context=context, notices=notices)))
        if news is not None:
            await self._screen.announce(news)


def _under_view(choice: Choice) -> Choice:
    """The threshold of the address is the one in force for this dashboard."""
    semantics = msgspec.structs.replace(choice.context.semantics, progress_threshold=choice.view.threshold)
    return replace(choice, context=replace(choice.context, semantics=semantics))

"""Which sections are looked at in this process, and how far their data has moved.

One line per section, however many dashboards: a hint, or the poll when none came, reads the section's stamp once and
tells everybody who looks. What is told is a level, not a change: it may be told twice, and with a lost hint nothing is
lost.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import structlog

from coordinator.ports import Clock
from dashboard_project.hints.link import Link, Rhythm
from dashboard_project.hints.wire import Layer, group_of
from ingest.hints import Hint
from oracles.contract import DataStamp, Scope

log = structlog.get_logger(__name__)

BURST_SECONDS = 0.2
"""Hints this close together are one reading."""

type Stamp = Callable[[Scope], Awaitable[DataStamp]]


class Follower(Protocol):
    """An open dashboard."""

    def moved(self, stamp: DataStamp) -> None:
        """The section's data is there now."""
        ...

    def delayed(self, *, is_delayed: bool) -> None:
        """Hints do not come through: what moves is found by the poll only. Or they do again."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What a watch rests on."""

    stamp: Stamp
    clock: Clock
    poll_seconds: Callable[[], float]
    """Until the next poll; drawn anew each time, so that processes do not ask in step."""
    layer: Layer | None = None
    rhythm: Rhythm = Rhythm()


class SectionWatch:
    """One per event loop; it has tasks only while somebody looks."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._lines: dict[Hint, Line] = {}
        self._link: Link | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._is_delayed = False

    def follow(self, scope: Scope, follower: Follower) -> Callable[[], None]:
        """The follower is told how far its section has moved, now and from now on. Returns what ends it."""
        section = Hint(scope.tenant_id, scope.section_id)
        line = self._lines.get(section) or self._begin(section, scope)
        line.followers.append(follower)
        line.hint()
        if self._is_delayed:
            follower.delayed(is_delayed=True)
        return lambda: self._end(section, follower)

    def followers(self) -> Counter[int]:
        """How many follow each section, by its id; as of a moment ago when another thread asks."""
        return Counter({section.section_id: len(line.followers) for section, line in list(self._lines.items())})

    def hear(self, hint: Hint) -> None:
        if line := self._lines.get(hint):
            line.hint()

    async def close(self) -> None:
        """Nobody is told any more, and no task is left."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()
        if self._link:
            self._close_link(self._link)
        await asyncio.gather(*self._closing)

    def _begin(self, section: Hint, scope: Scope) -> Line:
        if self._link is None and self._outside.layer is not None:
            self._link = Link(self._outside.layer, self.hear, self._on_link, self._outside.rhythm)
        line = self._lines[section] = Line(self._outside, scope)
        if self._link:
            self._link.join(group_of(section))
        return line

    def _end(self, section: Hint, follower: Follower) -> None:
        line = self._lines.get(section)
        if line is None or follower not in line.followers:
            return
        line.followers.remove(follower)
        if line.followers:
            return
        line.close()
        del self._lines[section]
        if self._link:
            self._link.leave(group_of(section))
            if not self._lines:
                self._close_link(self._link)

    def _close_link(self, link: Link) -> None:
        self._link, self._is_delayed = None, False
        task = asyncio.get_running_loop().create_task(link.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _on_link(self, is_up: bool) -> None:
        if is_up is not self._is_delayed:
            return
        self._is_delayed = not is_up
        for line in self._lines.values():
            for follower in tuple(line.followers):
                follower.delayed(is_delayed=self._is_delayed)
            if is_up:
                line.hint()  # what was published meanwhile is lost: look


class Line:
    """One section that somebody looks at."""

    def __init__(self, outside: Outside, scope: Scope) -> None:
        self.followers: list[Follower] = []
        self._outside = outside
        self._scope = scope
        self._hinted = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._keep())

    def hint(self) -> None:
        self._hinted.set()

    def close(self) -> None:
        self._task.cancel()

    async def _keep(self) -> None:
        while True:
            self._hinted.clear()
            await self._tell()
            await self._wait(BURST_SECONDS, asyncio.Event())
            await self._wait(self._outside.poll_seconds(), self._hinted)

    async def _tell(self) -> None:
        try:
            stamp = await self._outside.stamp(self._scope)
        except Exception as error:  # noqa: BLE001  dashboards stay readable while the database is away (P7)
            log.warning("stamp_unreadable", error=type(error).__name__, section=self._scope.section_id)
            return
        for follower in tuple(self.followers):
            follower.moved(stamp)

    async def _wait(self, seconds: float, over: asyncio.Event) -> None:
        """Until `over` is set, and no longer than that."""
        timer = self._outside.clock.call_later(seconds, over.set)
        try:
            await over.wait()
        finally:
            timer.cancel()

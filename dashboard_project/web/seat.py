"""A screen as what follows its section sees it: orders are carried out in tasks of the socket."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from dashboard_project.web.screen import DashboardScreen
from oracles.contract import DataStamp

type Spawn = Callable[[Coroutine[None, None, None]], object]


class Seat:
    """Implements `Shown`."""

    def __init__(self, screen: DashboardScreen, spawn: Spawn) -> None:
        self._screen = screen
        self._spawn = spawn

    @property
    def is_settled(self) -> bool:
        return self._screen.is_settled

    def is_at(self, stamp: DataStamp) -> bool:
        return self._screen.is_at(stamp)

    def behind(self, stamp: DataStamp) -> int:
        return self._screen.behind(stamp)

    def wait_for(self, updates: int) -> None:
        self._screen.waiting = updates
        self._spawn(self._screen.tell())

    def delay(self, *, is_delayed: bool) -> None:
        self._screen.is_delayed = is_delayed
        self._spawn(self._screen.tell())

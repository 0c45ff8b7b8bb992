"""Whether the screen shows the data as it is now, and what to do when it does not.

Rules: a dashboard that follows asks for a refresh, at most once a second, the first at once; hints that come meanwhile
are one. A paused one asks for nothing and counts what it misses. What a person chose is built first: until it stands,
nothing is asked. A refresh that changed nothing (the database was away) is asked again with a later poll.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from coordinator.ports import Clock, Timer
from oracles.contract import DataStamp

PAUSE_SECONDS = 1.0
AGAIN_SECONDS = 8.0
"""Shorter than a poll, longer than a refresh may take."""


class Shown(Protocol):
    """What is on the screen."""

    @property
    def is_settled(self) -> bool: ...

    def is_at(self, stamp: DataStamp) -> bool: ...

    def behind(self, stamp: DataStamp) -> int: ...

    def wait_for(self, updates: int) -> None:
        """So many updates wait to be shown."""
        ...

    def delay(self, *, is_delayed: bool) -> None:
        """Updates come late for now, or no longer."""
        ...


class Following:
    """Implements `Follower` for one socket."""

    def __init__(self, clock: Clock, shown: Shown, refresh: Callable[[DataStamp], None]) -> None:
        self._clock = clock
        self._shown = shown
        self._refresh = refresh
        self._stamp: DataStamp | None = None
        self._asked: DataStamp | None = None
        self._asked_at = float("-inf")
        self._next_at = float("-inf")
        self._timer: Timer | None = None
        self._is_paused = False

    def moved(self, stamp: DataStamp) -> None:
        self._stamp = stamp
        self.consider()

    def delayed(self, *, is_delayed: bool) -> None:
        self._shown.delay(is_delayed=is_delayed)

    def pause(self, *, is_paused: bool) -> None:
        """A resumed dashboard does not wait for its next turn."""
        if is_paused is self._is_paused:
            return
        self._is_paused = is_paused
        self._asked, self._next_at = None, float("-inf")
        self._disarm()
        self.consider()

    def consider(self) -> None:
        """Look whether there is something to do: now, or when the second is over."""
        if self._timer is not None:
            return
        wait = self._next_at - self._clock.now()
        if wait <= 0:
            self._act()
        else:
            self._timer = self._clock.call_later(wait, self._elapsed)

    def close(self) -> None:
        self._stamp = None
        self._disarm()

    def _elapsed(self) -> None:
        self._timer = None
        self._act()

    def _act(self) -> None:
        stamp = self._stamp
        if stamp is None or not self._shown.is_settled:
            return
        if self._shown.is_at(stamp):
            self._shown.wait_for(0)
        elif self._is_paused:
            self._rest()
            self._shown.wait_for(self._shown.behind(stamp))
        elif not self._was_just_asked(stamp):
            self._rest()
            self._asked, self._asked_at = stamp, self._clock.now()
            self._refresh(stamp)

    def _was_just_asked(self, stamp: DataStamp) -> bool:
        return stamp == self._asked and self._clock.now() - self._asked_at < AGAIN_SECONDS

    def _rest(self) -> None:
        self._next_at = self._clock.now() + PAUSE_SECONDS

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

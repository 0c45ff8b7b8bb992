"""How a web process ends: readiness turns to 503, open sockets are asked to close one by one, the server stops.

The first SIGTERM begins it; a second one, or Ctrl-C, stops at once. It wraps the handler that the server has set, so it
works the same under daphne and uvicorn, alone or as one of several workers.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import structlog

log = structlog.get_logger(__name__)

SECONDS_PER_SOCKET = 0.05
LONGEST_SPREAD_SECONDS = 10.0
"""Asking is spread over this long at most, so that not everybody comes back to the other servers at once."""
FAREWELL_SECONDS = 10.0
"""Then they have this long to be gone."""


@dataclass(slots=True)
class Lifecycle:
    """One per process. `on_draining` callbacks run in a thread of their own."""

    seconds_per_socket: float = SECONDS_PER_SOCKET
    farewell_seconds: float = FAREWELL_SECONDS
    _draining: threading.Event = field(default_factory=threading.Event, init=False)
    _changed: threading.Condition = field(default_factory=threading.Condition, init=False)
    _open: dict[int, Callable[[], None]] = field(default_factory=dict, init=False)
    _opened: int = field(default=0, init=False)

    @property
    def is_draining(self) -> bool:
        return self._draining.is_set()

    @property
    def open_sockets(self) -> int:
        return len(self._open)

    def opened(self, on_draining: Callable[[], None]) -> Callable[[], None]:
        """A socket is open: `on_draining` is called when it should close. Returns what to call when it has closed."""
        with self._changed:
            self._opened += 1
            ticket = self._opened
            self._open[ticket] = on_draining
        return lambda: self._closed(ticket)

    def drain(self) -> None:
        """Returns when every socket has closed or had its time."""
        self._draining.set()
        with self._changed:
            waiting = list(self._open.items())
        pause = min(self.seconds_per_socket, LONGEST_SPREAD_SECONDS / max(len(waiting), 1))
        for ticket, ask in waiting:
            self._ask(ticket, ask, pause)
        with self._changed:
            self._changed.wait_for(lambda: not self._open, self.farewell_seconds)

    def drain_on_sigterm(self) -> None:
        """The first SIGTERM drains, then goes to the handler that was there before. Only in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            return
        before = signal.getsignal(signal.SIGTERM) or signal.SIG_DFL

        def on_sigterm(_number: int, _frame: FrameType | None) -> None:
            # Nothing but a thread may be started here: a signal arrives in the middle of anything.
            signal.signal(signal.SIGTERM, before)
            threading.Thread(target=self._drain_and_stop, name="draining", daemon=True).start()

        signal.signal(signal.SIGTERM, on_sigterm)

    def _drain_and_stop(self) -> None:
        log.info("draining", sockets=self.open_sockets)
        self.drain()
        os.kill(os.getpid(), signal.SIGTERM)

    def _ask(self, ticket: int, ask: Callable[[], None], pause: float) -> None:
        with self._changed:
            if ticket not in self._open:
                return
        ask()
        with self._changed:
            self._changed.wait_for(lambda: not self._open, pause)

    def _closed(self, ticket: int) -> None:
        with self._changed:
            self._open.pop(ticket, None)
            self._changed.notify_all()


lifecycle = Lifecycle()
"""The one of this process."""

"""Keeps the embedded server running for as long as this process lives.

A thread of its own starts the server (the kernel ends the server when the thread that started it ends), asks every
second whether it answers, and starts it again when it is gone: its starter ended, or it was killed. Tries that fail
are spaced out, 1 s to 30 s, and told once.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from dashboard_project.embedded.server import ServerDidNotStart

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0


class Server(Protocol):
    """What is kept running."""

    def ensure(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(slots=True)
class Keeper:
    """Owns the thread that watches one server."""

    server: Server
    look_seconds: float = LOOK_SECONDS
    longest_pause_seconds: float = LONGEST_PAUSE_SECONDS
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)
    _first_try: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """The server was tried once and is watched from now on. A second call changes nothing."""
        if self._thread is not None:
            return
        self._thread = threading.Thread(target=self._watch, name="embedded-valkey", daemon=True)
        self._thread.start()
        self._first_try.wait()

    def stop(self) -> None:
        """Watching has ended, and with it the server if it was ours."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        pause = self.look_seconds
        while True:
            pause = self._next_pause(pause)
            self._first_try.set()
            if self._stopping.wait(pause):
                self.server.stop()
                return

    def _next_pause(self, pause: float) -> float:
        try:
            self.server.ensure()
        except (ServerDidNotStart, OSError) as error:
            if pause == self.look_seconds:
                log.warning("embedded_valkey_down", reason=str(error))
            return min(pause * 2, self.longest_pause_seconds)
        return self.look_seconds

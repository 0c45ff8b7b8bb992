"""One Valkey server for all processes of a project, on a private unix socket.

Rules:
- Whoever finds no server starts one, under a lock: N processes, one server.
- The server dies with the process that started it, whatever ends that (TERM, HUP, KILL): `launcher.py`.
- The kernel ties this to the *thread* that started it, so start it only in a thread that lives as long as the process
  (`keeper.py` does).
- It keeps nothing on disk: it is a cache and a bell, never a store.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dashboard_project.embedded import launcher
from dashboard_project.embedded.place import Place

START_SECONDS = 5.0
POLL_SECONDS = 0.005


class ServerDidNotStart(RuntimeError):
    """The server was started and did not answer in time; the message ends with its log."""


@dataclass(slots=True, eq=False)
class EmbeddedServer:
    """The project's server as seen by this process."""

    place: Place
    binary: Path
    memory: str = "256mb"
    _started: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def ensure(self) -> None:
        """A server answers on the socket.

        Raises ServerDidNotStart or OSError (UnsafePlace among them).
        """
        if self.is_answering():
            return
        self.place.prepare()
        with self._locked():
            if not self.is_answering():
                self._start()

    def is_answering(self) -> bool:
        """Whether a server on the socket says PONG."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.place.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def stop(self) -> None:
        """The server is gone if this process started it; another's server stays."""
        if self._started is None:
            return
        self._started.terminate()
        try:
            self._started.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self._started.kill()
            self._started.wait()
        self._started = None

    @property
    def pid(self) -> int | None:
        """The server's process, if this process started it."""
        return None if self._started is None else self._started.pid

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self.place.lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self) -> None:
        self.stop()
        self.place.socket.unlink(missing_ok=True)
        self._started = subprocess.Popen(  # noqa: S603
            self._command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        atexit.register(_stop_if_ours, self, os.getpid())
        deadline = time.monotonic() + START_SECONDS
        while not self.is_answering():
            if self._started.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerDidNotStart(f"the embedded Valkey server did not start: {self._log_tail()}")
            time.sleep(POLL_SECONDS)

    def _command(self) -> list[str]:
        launch = [sys.executable, "-I", "-S", launcher.__file__, str(os.getpid()), str(int(signal.SIGTERM))]
        listen = ["--port", "0", "--unixsocket", str(self.place.socket), "--unixsocketperm", "700"]
        forget = ["--save", "", "--appendonly", "no", "--maxmemory", self.memory, "--maxmemory-policy", "allkeys-lru"]
        files = ["--dir", str(self.place.directory), "--logfile", str(self.place.log)]
        return [*launch, str(self.binary), *listen, *forget, *files]

    def _log_tail(self) -> str:
        try:
            lines = self.place.log.read_text(errors="replace").splitlines()
        except OSError:
            return "it left no log"
        return " / ".join(lines[-3:]) or "it left no log"


def _stop_if_ours(server: EmbeddedServer, starter: int) -> None:
    # A fork inherits the registration; only the process that started the server ends it.
    if os.getpid() == starter:
        server.stop()

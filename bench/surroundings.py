"""Where the bench runs: its own database, its own cache server, its own settings; nobody else's data is touched.

The database is kept (`var/bench`), because its largest class takes a minute to load.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard_project.embedded.binary import packaged_binary
from dashboard_project.embedded.choice import NO_REDIS
from dashboard_project.embedded.keeper import Keeper
from dashboard_project.embedded.place import Place
from dashboard_project.embedded.server import EmbeddedServer

ROOT = Path(__file__).resolve().parent.parent
SECRET = "bench-" * 12
"""Signs the sessions of made-up people in a database of made-up data."""


@contextmanager
def surroundings() -> Iterator[None]:
    """Django is set up on the bench's own database, with a cache server that ends with the block."""
    with tempfile.TemporaryDirectory(prefix="lectern-bench-") as folder, _cache_server(Path(folder)) as url:
        os.environ.update(environment(url))
        import django  # noqa: PLC0415  reads the environment

        django.setup()
        yield


def environment(redis_url: str, folder: Path = ROOT / "var" / "bench") -> dict[str, str]:
    """What a process of the bench is told: production settings, no database but its own."""
    return {
        "DJANGO_SETTINGS_MODULE": "dashboard_project.settings",
        "LECTERN_VAR": str(folder),
        "DATABASE_URL": "",
        "ORACLE_DATABASE_URL": "",
        "REDIS_URL": redis_url,
        "SECRET_KEY": SECRET,
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
    }


@contextmanager
def _cache_server(folder: Path) -> Iterator[str]:
    binary = packaged_binary()
    if binary is None:
        yield NO_REDIS
        return
    place = Place(folder)
    keeper = Keeper(EmbeddedServer(place, binary))
    keeper.start()
    try:
        yield place.url
    finally:
        keeper.stop()

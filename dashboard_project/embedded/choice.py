"""Which Redis this process uses: the one of `REDIS_URL`, else the embedded server, else none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard_project.embedded.binary import packaged_binary, runs
from dashboard_project.embedded.keeper import Keeper
from dashboard_project.embedded.place import UnsafePlace, place_of
from dashboard_project.embedded.server import EmbeddedServer

NO_REDIS = "off"
"""`REDIS_URL=off`: no Redis, and no embedded one either."""


@dataclass(frozen=True, slots=True)
class Redis:
    """The chosen server. No URL: caches and channel layer live in the memory of each process."""

    url: str
    embedded: EmbeddedServer | None = None
    reason: str = ""
    """Why there is none, in words."""


def choose(redis_url: str, base: Path, binary: Path | None) -> Redis:
    """The server for these surroundings; starts nothing."""
    if redis_url == NO_REDIS:
        return Redis("", reason="REDIS_URL is off")
    if redis_url:
        return Redis(redis_url)
    return _embedded(base, binary)


def _embedded(base: Path, binary: Path | None) -> Redis:
    place = place_of(base)
    try:
        place.prepare()
    except (UnsafePlace, OSError) as error:
        return Redis("", reason=f"no private directory for the embedded Valkey server: {error}")
    if binary is None or not runs(binary, place):
        return Redis("", reason="the embedded Valkey server does not run on this machine")
    return Redis(place.url, EmbeddedServer(place, binary))


def chosen(redis_url: str, base: Path) -> Redis:
    """The server for these surroundings, with the packaged binary."""
    return choose(redis_url, base, packaged_binary())


@cache
def keep(server: EmbeddedServer) -> Keeper:
    """The server runs for as long as this process does. One keeper per process and server."""
    keeper = Keeper(server)
    keeper.start()
    return keeper

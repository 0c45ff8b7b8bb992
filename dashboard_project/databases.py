"""A database URL becomes Django's settings; no URL is SQLite in WAL mode under `var/`. Pure."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TypedDict
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=268435456;PRAGMA cache_size=-64000;"
    # A checkpoint per 40 MB, not per 4: imports rewrite the same index pages again and again.
    "PRAGMA wal_autocheckpoint=10000;"
    # A table with triggers keeps a small journal per statement; in memory it costs 4 µs a row instead of 16.
    "PRAGMA temp_store=MEMORY;"
)


RECONNECT_SECONDS = 3
"""The pool doubles its pause between attempts until this is over, then begins anew: a database that was away for
minutes is found again within seconds."""

POOL_SIZE = 26
"""Connections that one process may have: one for each of its threads that use the database, and at least one over."""


class UnknownDatabase(ValueError):
    """The URL names no database that we can open."""


class DatabaseSettings(TypedDict, total=False):
    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    CONN_MAX_AGE: int | None
    OPTIONS: dict[str, object]
    TEST: dict[str, str]


def database(url: str, default_file: Path) -> DatabaseSettings:
    """Settings for `sqlite:///path`, `postgres://user:password@host:port/name?…`, or the embedded default."""
    if not url:
        return _sqlite(str(default_file))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnknownDatabase(f"expected sqlite:///path or postgres://user@host:port/name: {error}") from error
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path[1:]) or str(default_file))
    if parts.scheme in {"postgres", "postgresql"} and parts.path[1:]:
        return _postgresql(parts, port)
    raise UnknownDatabase(f"expected sqlite:///path or postgres://user@host:port/name, got {_shown(parts)}")


def _shown(parts: SplitResult) -> str:
    """The URL without what may be a password."""
    if parts.scheme in {"postgres", "postgresql"}:
        return f"{parts.scheme}:// without a database name"
    return f"the scheme {parts.scheme!r}" if parts.scheme else "no scheme"


def _sqlite(name: str) -> DatabaseSettings:
    # A file, not memory, under test: the oracle pool reads from other threads (WAL lets them).
    test_file = Path(tempfile.gettempdir()) / f"lectern-test-{os.getpid()}.sqlite3"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 5, "init_command": SQLITE_PRAGMAS},
        "TEST": {"NAME": str(test_file)},
    }


def _postgresql(parts: SplitResult, port: int | None) -> DatabaseSettings:
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 2, "max_size": POOL_SIZE, "timeout": 5, "reconnect_timeout": RECONNECT_SECONDS},
            "options": "-c statement_timeout=120000",
        },
    }

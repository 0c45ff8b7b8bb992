"""What `manage.py doctor` looks at. Each examination answers with one finding and never raises."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from django.conf import settings
from django.db import connections
from django.db.utils import DatabaseError, InterfaceError
from django.utils import timezone

from dashboard_project import health
from dashboard_project.composition.schedule import waiting

PACKAGES = ("django", "channels", "channels-redis", "daphne", "uvicorn", "redis", "django-redis", "psycopg", "msgspec")
OLDEST_PYTHON = (3, 12)
OLDEST_POSTGRESQL = 150000
OLDEST_SQLITE = (3, 37)

Verdict = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one place."""

    name: str
    verdict: Verdict
    detail: str


def examine() -> list[Finding]:
    """Every finding, in the order in which one would repair them."""
    return [look() for look in EXAMINATIONS]


def _python() -> Finding:
    verdict: Verdict = "ok" if sys.version_info >= OLDEST_PYTHON else "wrong"
    return Finding("python", verdict, f"{platform.python_version()} on {platform.system()} {platform.machine()}")


def _packages() -> Finding:
    found = [f"{name} {_version(name)}" for name in PACKAGES]
    missing = any(line.endswith(" missing") for line in found)
    return Finding("packages", "wrong" if missing else "ok", ", ".join(found))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _settings() -> Finding:
    if settings.DEBUG:
        return Finding(
            "settings", "warning", "DEBUG is on: for this machine only; set DEBUG=0 and SECRET_KEY elsewhere"
        )
    return Finding("settings", "ok", "DEBUG is off")


def _database() -> Finding:
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                return sqlite_finding(str(cursor.execute("PRAGMA journal_mode").fetchone()[0]))
            cursor.execute("SHOW server_version_num")
            return postgresql_finding(int(cursor.fetchone()[0]))
    except (DatabaseError, InterfaceError) as error:
        return Finding("database", "wrong", f"{connection.vendor}: {' '.join(str(error).split())}")


def sqlite_finding(journal: str) -> Finding:
    detail = f"SQLite {sqlite3.sqlite_version}, journal {journal}"
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return Finding("database", "wrong", f"{detail}; 3.37 or newer is needed")
    if journal != "wal":
        return Finding("database", "wrong", f"{detail}; without WAL readers wait for writers: use a local disk")
    return Finding("database", "ok", detail)


def postgresql_finding(number: int) -> Finding:
    detail = f"PostgreSQL {number // 10000}.{number % 10000}"
    if number < OLDEST_POSTGRESQL:
        return Finding("database", "wrong", f"{detail}; 15 or newer is needed")
    return Finding("database", "ok", detail)


def _migrations() -> Finding:
    state = health.migrations.state()
    if state == health.OK:
        return Finding("migrations", "ok", "all applied")
    return Finding("migrations", "wrong", f"{state}: run manage.py migrate")


def _redis() -> Finding:
    where = "embedded Valkey" if settings.REDIS.embedded else "REDIS_URL"
    state = health.redis_state(settings.REDIS_URL)
    if state == health.OK:
        return Finding("redis", "ok", f"{where} answers")
    if state == "none":
        return Finding("redis", "warning", f"{settings.REDIS.reason}: run one process only")
    if settings.REDIS.embedded:
        return Finding("redis", "ok", "embedded Valkey is not running; it starts with the server")
    return Finding("redis", "wrong", f"{where} does not answer")


def channel_layer_finding() -> Finding:
    backend = str(settings.CHANNEL_LAYERS["default"]["BACKEND"])
    name = backend.rsplit(".", 1)[-1]
    if backend.startswith("channels_redis.core"):
        return Finding("channel layer", "wrong", f"{name} closes idle sockets; use RedisPubSubChannelLayer")
    if int(_version("redis").split(".")[0]) >= 8:  # noqa: PLR2004
        return Finding("channel layer", "wrong", f"{name} with redis-py 8 closes idle sockets; install redis<8")
    if backend.startswith("channels.layers"):
        return Finding("channel layer", "warning", f"{name}: workers do not hear each other")
    return Finding("channel layer", "ok", name)


def _mail() -> Finding:
    return mail_finding(str(settings.MAILERS["default"]["BACKEND"]))


def mail_finding(backend: str) -> Finding:
    """How mail leaves, by the dotted path of Django's backend."""
    way = backend.rsplit(".", 2)[-2]
    if way == "smtp":
        return Finding("mail", "ok", "leaves over SMTP")
    return Finding("mail", "warning", f"goes to {way} only, nobody gets any: set EMAIL_URL")


def _schedule() -> Finding:
    try:
        return schedule_finding(waiting(timezone.now()))
    except (DatabaseError, InterfaceError):
        return Finding("schedule", "warning", "the database does not say what waits")


def schedule_finding(counts: Mapping[str, int]) -> Finding:
    """Whether what has its time is done, by what has waited beyond it."""
    late = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    if late:
        return Finding("schedule", "warning", f"past their time: {late}; is run_schedule running?")
    return Finding("schedule", "ok", "nothing has waited beyond its time")


EXAMINATIONS: tuple[Callable[[], Finding], ...] = (
    _python, _packages, _settings, _database, _migrations, _redis, channel_layer_finding, _mail,
    _schedule,
)  # fmt: skip

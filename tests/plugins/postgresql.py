"""PostgreSQL for tests.

- `postgresql_url`: an empty database on a server of the session's own.
- Where the project's own database is PostgreSQL, only tests that reach it run: the others say the same everywhere.
- A test marked `postgresql` that does not ask for that fixture needs the project's own database to be PostgreSQL: it
  runs under `make test-postgresql` and is skipped, with the reason, elsewhere.
- `python -m tests.plugins.postgresql COMMAND…` runs a command with DATABASE_URL set to such a server.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest

from tests.plugins.postgresql_server import NoPostgresql, PostgresqlServer, find_binaries

OWN_DATABASE = frozenset({"db", "transactional_db"})
"""Fixtures of whoever reaches the project's own database."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _is_on_postgresql():
        elsewhere = [item for item in items if not _reaches_the_database(item)]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if _reaches_the_database(item)]
        return
    skip = pytest.mark.skip(reason="the database is not PostgreSQL: runs under `make test-postgresql`")
    for item in items:
        if item.get_closest_marker("postgresql") and "postgresql_server" not in getattr(item, "fixturenames", ()):
            item.add_marker(skip)


def _reaches_the_database(item: pytest.Item) -> bool:
    names: Sequence[str] = getattr(item, "fixturenames", ())
    needs_it = item.get_closest_marker("postgresql") and "postgresql_server" not in names
    return bool(needs_it or item.get_closest_marker("django_db")) or not OWN_DATABASE.isdisjoint(names)


def _is_on_postgresql() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


@pytest.fixture(scope="session", autouse=True)
def _nobody_holds_the_test_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Connections that threads of finished tests still hold would keep PostgreSQL from dropping the database."""
    if not _is_on_postgresql():
        yield
        return
    request.getfixturevalue("django_db_setup")
    yield
    with request.getfixturevalue("django_db_blocker").unblock():
        _end_other_connections()


def _end_other_connections() -> None:
    from django.db import connections  # noqa: PLC0415  only when Django is used at all

    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    try:
        server = PostgresqlServer(find_binaries())
        server.start()
    except NoPostgresql as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> str:
    """The DATABASE_URL of an empty database."""
    return postgresql_server.new_database()


def main(command: list[str]) -> int:
    try:
        binaries = find_binaries()
    except NoPostgresql as error:
        sys.stderr.write(f"SKIPPED, nothing was run on PostgreSQL: {error}\n")
        return 0
    with PostgresqlServer(binaries) as server:
        environment = {**os.environ, "DATABASE_URL": server.url("postgres")}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

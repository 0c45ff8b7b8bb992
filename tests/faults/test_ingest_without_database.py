"""The database goes away under a sender that does not stop: 503 meanwhile, and everything is there in the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.dashboard_project.processes import manage, serving
from tests.faults.killing import House
from tests.faults.sending import Sender
from tests.ingest.xapi.statements import HOME
from tests.once import migrated_database
from tests.plugins.postgresql_server import PostgresqlServer

LEARNERS = 3


@contextmanager
def away(server: PostgresqlServer, database: str) -> Iterator[None]:
    """Nobody can connect to the database, and whoever was connected no longer is."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false".encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])
        yield
        connection.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true".encode())


@pytest.mark.proves("P7", "P1")
def test_while_the_database_is_away_senders_wait_and_nothing_is_lost(
    tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    url = migrated_database(postgresql_server)
    database = url.partition("@/")[2].partition("?")[0]
    House(tmp_path, {"DATABASE_URL": url}, LEARNERS).helper("load")
    token = manage(tmp_path, "create_token", "--institution", "faults", DATABASE_URL=url).stdout.strip()
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT l.external_id, s.slug, p.key FROM courses_enrollment e "
            "JOIN courses_learner l ON l.id = e.learner_id JOIN courses_section s ON s.id = e.section_id "
            "JOIN courses_page p ON p.section_id = s.id WHERE e.role = 'learner' ORDER BY p.position LIMIT 1"
        ).fetchone()
    assert names is not None
    learner, section, page = names

    with serving(tmp_path, DATABASE_URL=url) as served:
        sender = Sender(served.address, token, learner, f"{HOME}/sections/{section}/pages/{page}")
        sending = threading.Thread(target=sender.run)
        sending.start()
        try:
            sender.until(stored=5)
            with away(postgresql_server, database):
                sender.until(refused=3)
            before = len(sender.stored)
            sender.until(stored=before + 5)
        finally:
            sender.has_to_stop = True
            sending.join()

    with psycopg.connect(url) as connection:
        found = [row[0] for row in connection.execute("SELECT event_id FROM courses_learningevent ORDER BY event_id")]
    assert {status for status, _ in sender.refused} == {503}
    assert all(int(seconds) >= 1 for _, seconds in sender.refused)
    assert found[: len(sender.stored)] == sender.stored
    assert len(found) == len(set(found)) <= len(sender.stored) + 1

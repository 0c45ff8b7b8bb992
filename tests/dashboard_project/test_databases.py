from __future__ import annotations

from pathlib import Path

import pytest

from dashboard_project.databases import UnknownDatabase, database

DEFAULT = Path("/somewhere/lectern.sqlite3")


def test_no_url_is_sqlite_in_wal_mode_that_takes_its_write_lock_first() -> None:
    found = database("", DEFAULT)

    assert found["NAME"] == str(DEFAULT)
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in str(found["OPTIONS"]["init_command"])


def test_a_sqlite_url_names_its_file() -> None:
    assert database("sqlite:////tmp/course%20data.sqlite3", DEFAULT)["NAME"] == "/tmp/course data.sqlite3"


def test_a_postgresql_url_is_read_with_its_pool_and_its_time_limit() -> None:
    found = database("postgres://ines:p%40ss@db.example:5433/lectern", DEFAULT)

    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "ines", "p@ss", "db.example", "5433", "lectern",
    )  # fmt: skip
    pool = found["OPTIONS"]["pool"]
    assert isinstance(pool, dict)
    assert pool["reconnect_timeout"] <= 5  # a database that was away long is found again within seconds
    assert "statement_timeout" in str(found["OPTIONS"]["options"])


def test_a_unix_socket_is_named_in_the_query() -> None:
    assert database("postgresql://ines@/lectern?host=%2Frun%2Fpg", DEFAULT)["HOST"] == "/run/pg"


@pytest.mark.proves("P10")
@pytest.mark.parametrize(
    "url",
    ["mysql://ines:secret@h/x", "lectern.sqlite3", "postgres://ines:secret@h", "postgres://h:port/x", "http://[x"],
)
def test_a_url_that_names_no_database_of_ours_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(UnknownDatabase) as refused:
        database(url, DEFAULT)

    assert "expected sqlite:///path or postgres://" in str(refused.value)
    assert "secret" not in str(refused.value)

"""A minute of more than can be written, over HTTP into PostgreSQL: refused with a time to come back, nothing is lost.

Those who send run on the same machine: how many times too much they offer depends on what it leaves them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from threading import Event

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from tests.dashboard_project.processes import serving
from tests.faults.crowd import AT_A_TIME, MEGABYTE, Sender, host_of, send_for
from tests.faults.killing import House
from tests.plugins.postgresql_server import PostgresqlServer

LEARNERS, SECONDS, SENDERS_EACH, FEWEST_REFUSED, MOST_MEGABYTES = 20, 60.0, 64, 100, 100
INSTITUTIONS = ("faults", "others")
APART = 1 << 40
"""Between the first arrays of two institutions."""

pytestmark = pytest.mark.long


@pytest.mark.proves("reliability:R11", "X-02", "Q-05")
def test_a_minute_of_too_much_is_refused_and_all_that_was_acknowledged_is_there(
    tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    url = postgresql_server.new_database()
    values = {"DATABASE_URL": url, "DEBUG": "0", "SECRET_KEY": "faults-" * 10, "ALLOWED_HOSTS": "127.0.0.1"}
    house, is_polite = House(tmp_path, values, LEARNERS), Event()
    house.manage("migrate", "--verbosity", "0")

    with serving(tmp_path, **values) as served:
        host = host_of(served.address)
        senders = [sender for name in INSTITUTIONS for sender in crowd_of(house, name, host, is_polite)]
        first = Sender(host, senders[0].token, senders[0].learner, senders[0].place, 0, is_polite)
        first.until_stored(first.array(0))
        before = psutil.Process(served.process.pid).memory_info().rss
        grown = send_for(senders, SECONDS, is_polite, served.process.pid) - before

    refused = [one for sender in senders for one in sender.refused]
    acknowledged = first.stored + sum(sender.stored for sender in senders)
    offered = first.attempts + sum(sender.attempts for sender in senders)
    sys.stdout.write(
        f"{offered * AT_A_TIME} offered, {acknowledged * AT_A_TIME} acknowledged, {len(refused)} requests refused; "
        f"{grown / MEGABYTE:.0f} MiB more\n"
    )
    assert len(refused) >= FEWEST_REFUSED
    assert {status for status, _ in refused} <= {429, 503}
    assert all(int(seconds) >= 1 for _, seconds in refused)
    assert grown <= MOST_MEGABYTES * MEGABYTE
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT event_id) FROM courses_learningevent").fetchone()
    assert row == (acknowledged * AT_A_TIME, acknowledged * AT_A_TIME)


def crowd_of(house: House, institution: str, host: str, is_polite: Event) -> list[Sender]:
    house.helper("load", institution)
    learner, place = json.loads(house.helper("names", institution))
    tokens = json.loads(house.helper("tokens", institution, SENDERS_EACH))
    first = (INSTITUTIONS.index(institution) + 1) * APART
    return [
        Sender(host, token, learner, place, first + at * (APART >> 8), is_polite) for at, token in enumerate(tokens)
    ]

"""The durable queue's server is killed under senders and a writer: what was answered with success is written, once."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dashboard_project.processes import MANAGE, serving
from tests.faults.killing import House, kill
from tests.faults.sending import Sender
from tests.plugins.postgresql_server import PostgresqlServer
from tests.plugins.valkey import DurableValkey

pytestmark = pytest.mark.long

LEARNERS, SENDERS, AWAY_SECONDS = 3, 3, 10.0
APART = 1_000_000


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path, own_valkey: DurableValkey) -> House:
    values = {"REDIS_URL": own_valkey.url, "INGEST_QUEUE": "streams", "DATABASE_URL": ""}
    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        values["DATABASE_URL"] = server.new_database()
    house = House(tmp_path, values, LEARNERS)
    house.manage("migrate", "--verbosity", "0")
    house.helper("load")
    return house


@contextmanager
def sending(senders: list[Sender]) -> Iterator[None]:
    threads = [threading.Thread(target=sender.run) for sender in senders]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for sender in senders:
            sender.has_to_stop = True
        for thread in threads:
            thread.join()


@pytest.mark.proves("P1", "I-01")
def test_no_event_that_was_acknowledged_is_lost_while_the_queues_server_is_away(
    house: House, own_valkey: DurableValkey
) -> None:
    learner, place = json.loads(house.helper("names"))
    token = house.manage("create_token", "--institution", "faults").strip()
    writer = house.begin(sys.executable, MANAGE, "run_writers", "--json")
    try:
        with serving(house.var, **house.values) as served:
            senders = [Sender(served.address, token, learner, place, APART * (at + 1)) for at in range(SENDERS)]
            with sending(senders):
                senders[0].until(stored=50)
                own_valkey.kill()
                time.sleep(AWAY_SECONDS)
                own_valkey.start()
                back = [len(sender.stored) for sender in senders]
                for sender, before in zip(senders, back, strict=True):
                    sender.until(stored=before + 50, refused=1)
        assert writer.poll() is None
    finally:
        kill(writer)
    house.manage("run_writers", "--until-empty", "--json")

    found = json.loads(house.helper("count"))
    acknowledged = {str(event) for sender in senders for event in sender.stored}
    refused = [one for sender in senders for one in sender.refused]
    sys.stdout.write(f"{len(acknowledged)} acknowledged, {len(refused)} refused, {len(found['ids'])} stored\n")
    assert {status for status, _ in refused} == {503}
    assert all(int(seconds) >= 1 for _, seconds in refused)
    assert len(found["ids"]) == len(set(found["ids"]))
    assert acknowledged <= set(found["ids"])
    assert len(found["ids"]) <= len(acknowledged) + SENDERS
    assert (found["dead"], found["differences"]) == (0, 0)

"""Killed between claim and send, between send and record, and in the middle of an execution: one mail each, and a
truth about each.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.dashboard_project.processes import MANAGE
from tests.faults.killing import House, kill
from tests.faults.mail_server import MailServer
from tests.once import migrated_database, put_a_migrated_database_into
from tests.plugins.postgresql_server import PostgresqlServer

LEARNERS = 12
MANY = 500
SENT_BEFORE = 3
ROUNDS = 3

pytestmark = [
    pytest.mark.proves("experiences:K-09", "experiences:K-07", "experiences:O-08"),
    pytest.mark.parametrize("database", ["sqlite", "postgresql"]),
]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def house(tmp_path: Path, mail_server: MailServer, database: str, request: pytest.FixtureRequest) -> House:
    values = {"REDIS_URL": "off", "EMAIL_URL": mail_server.url, "DATABASE_URL": ""}
    if database == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        values["DATABASE_URL"] = migrated_database(server)
    else:
        put_a_migrated_database_into(tmp_path)
    return House(tmp_path, values, LEARNERS)


def mailing(*words: str) -> tuple[str, ...]:
    """A process that does these, one after the other: `load 12`, `execute`…"""
    return (sys.executable, "-m", "tests.faults.mailing", *words)


def told(house: House, *steps: str) -> dict[str, object]:
    """What a process that does these says of the state, which is one of them."""
    return cast("dict[str, object]", json.loads(house.run(*mailing(*steps))))


def queued(house: House) -> int:
    """Mails that an execution has made so far."""
    return cast("dict[str, int]", told(house, "state")["mails"]).get("queued", 0)


def deliver(house: House) -> int:
    """Exit code of one delivery."""
    words = (sys.executable, MANAGE, "deliver_mail", "--once", "--json")
    return subprocess.run(words, env=house._environment(), capture_output=True, check=False, timeout=120).returncode


def test_a_sender_killed_before_it_hears_of_it_leaves_one_mail_unknown_and_sends_none_twice(
    house: House, mail_server: MailServer
) -> None:
    house.run(*mailing(f"load {LEARNERS}", "execute"))
    mail_server.silent_after = SENT_BEFORE
    sender = house.begin(sys.executable, MANAGE, "deliver_mail", "--once")
    assert mail_server.went_silent.wait(60)
    kill(sender)
    killed = told(house, "state")
    mail_server.silent_after = None

    others = deliver(house)
    meanwhile = told(house, "state", "age")
    lost = deliver(house)
    again = deliver(house)
    at_last = told(house, "schedule", "state")

    assert killed["mails"] == {"sent": SENT_BEFORE, "claimed": 1, "queued": LEARNERS - SENT_BEFORE - 1}
    assert (others, meanwhile["mails"]) == (0, {"sent": LEARNERS - 1, "claimed": 1})
    assert (lost, again) == (1, 0)
    assert at_last["mails"] == {"sent": LEARNERS - 1, "unknown": 1}
    assert at_last["targets"] == {"done": LEARNERS - 1, "unknown": 1}
    assert (at_last["decision"], at_last["contacts"]) == ("attention", {"spent": LEARNERS})
    assert (len(mail_server.taken), mail_server.taken.total()) == (LEARNERS, LEARNERS)


@pytest.mark.long
def test_an_execution_killed_again_and_again_ends_with_one_mail_for_each(house: House, mail_server: MailServer) -> None:
    dice = random.Random(int(os.environ.get("FAULTS_SEED", "7")))
    house.run(*mailing(f"load {MANY}"))
    left: list[int] = []
    for _ in range(ROUNDS):
        executing = house.begin(*mailing("execute"))
        assert executing.stdout is not None
        executing.stdout.readline()
        time.sleep(dice.uniform(0.0, 0.6))
        kill(executing)
        left.append(MANY - queued(house))

    house.run(*mailing("execute"))
    executed = told(house, "state")
    delivered = deliver(house)
    at_last = told(house, "schedule", "state")

    assert any(0 < number < MANY for number in left), f"no kill came while targets were worked on: {left} were left"
    assert (executed["mails"], executed["targets"]) == ({"queued": MANY}, {"queued": MANY})
    assert delivered == 0
    assert (at_last["decision"], at_last["targets"]) == ("done", {"done": MANY})
    assert (len(mail_server.taken), mail_server.taken.total()) == (MANY, MANY)

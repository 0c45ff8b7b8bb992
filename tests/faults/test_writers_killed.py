"""Writers killed in the middle of a batch: every event has exactly one end (R7 of the reliability list).

Twenty kills among fifty thousand events, on both databases, for both queues. FAULTS_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

from tests.faults.killing import DRAINED_SECONDS, House, check_books, kill_stream_writers, kill_submitting
from tests.plugins.postgresql_server import PostgresqlServer
from tests.plugins.valkey import DurableValkey

LEARNERS, ROUNDS = 540, 20
"""Of whom come fifty thousand events."""
FEWEST_INTERRUPTED = ROUNDS // 2
"""Kills that must have found work under way, or nothing was tried."""

pytestmark = [
    pytest.mark.long,
    pytest.mark.proves("reliability:R7", "S-03", "S-04", "S-05", "I-01"),
    pytest.mark.parametrize("database", ["sqlite", "postgresql"]),
]


@pytest.fixture
def chance() -> random.Random:
    number = int(os.environ.get("FAULTS_SEED", random.randrange(2**32)))
    sys.stdout.write(f"FAULTS_SEED={number}\n")
    return random.Random(number)


@pytest.fixture
def house(tmp_path: Path, own_valkey: DurableValkey, database: str, request: pytest.FixtureRequest) -> House:
    values = {"REDIS_URL": own_valkey.url, "DATABASE_URL": ""}
    if database == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        values["DATABASE_URL"] = server.new_database()
    return House(tmp_path, values, LEARNERS)


def test_a_killed_stream_writer_costs_no_event_and_doubles_none(house: House, chance: random.Random) -> None:
    drained = kill_stream_writers(house, ROUNDS, chance)

    check_books(house, house.total())
    sys.stdout.write(f"{house.total()} events, {drained.interrupted} of {ROUNDS} kills interrupted work, ")
    sys.stdout.write(f"drained {drained.seconds:.1f} s after the last\n")
    assert drained.interrupted >= FEWEST_INTERRUPTED
    assert drained.seconds <= DRAINED_SECONDS


def test_what_a_killed_process_had_acknowledged_is_there(house: House, chance: random.Random) -> None:
    submitted = kill_submitting(house, ROUNDS, chance)

    sys.stdout.write(f"{house.total()} events, {submitted.interrupted} of {ROUNDS} kills interrupted work\n")
    assert submitted.interrupted >= FEWEST_INTERRUPTED
    assert len(submitted.acknowledged) == house.total()
    check_books(house, len(submitted.acknowledged))

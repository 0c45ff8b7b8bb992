"""A minute without events costs next to no processor time, and the next event is written at once."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from coordinator.writes.write_coordinator import WriteCoordinator
from tests.dashboard_project.processes import MANAGE
from tests.faults.killing import House, kill, wait_until
from tests.plugins.postgresql_server import PostgresqlServer
from tests.plugins.valkey import DurableValkey

pytestmark = pytest.mark.long

IDLE_SECONDS, MOST_CPU_SECONDS = 60.0, 0.050
FLUSH_SECONDS = 0.25
"""A writer process stores an event within it, from the moment somebody begins to put that into the queue."""
SLACK_SECONDS = 0.05
"""A coordinator by itself waits this interval out: then it wakes up and writes."""
SETTLING_SECONDS = 3.0


@pytest.mark.proves("W-R1", "B-02")
def test_a_writer_process_that_is_idle_for_a_minute_costs_under_50_ms(
    tmp_path: Path, valkey: DurableValkey, postgresql_server: PostgresqlServer
) -> None:
    url = postgresql_server.new_database()
    house = House(tmp_path, {"REDIS_URL": f"{valkey.url}?db=3", "DATABASE_URL": url}, 3)
    house.manage("migrate", "--verbosity", "0")
    house.helper("load")
    writer = house.begin(sys.executable, MANAGE, "run_writers", "--json")
    try:
        assert writer.stdout is not None
        assert json.loads(writer.stdout.readline())["state"] == "writing"
        time.sleep(SETTLING_SECONDS)
        before = cpu_seconds(writer.pid)
        time.sleep(IDLE_SECONDS)
        used = cpu_seconds(writer.pid) - before

        put_at = float(house.helper("put", 0, 1))
        with psycopg.connect(url, autocommit=True) as connection:
            wait_until(lambda: count(connection) == 1, writer)
            written_at = stored_at(connection)
    finally:
        kill(writer)

    sys.stdout.write(f"idle for a minute: {used * 1000:.0f} ms; then written after {written_at - put_at:.3f} s\n")
    assert used < MOST_CPU_SECONDS
    assert written_at - put_at <= FLUSH_SECONDS


@pytest.mark.proves("W-R1", "B-02")
async def test_a_coordinator_that_is_idle_for_a_minute_costs_under_50_ms() -> None:
    written_at: list[float] = []

    class Noting:
        async def write(self, batch: Sequence[str]) -> None:
            written_at.extend(time.monotonic() for _ in batch)

    async with WriteCoordinator[str](Noting(), flush_interval=FLUSH_SECONDS) as coordinator:
        before = time.process_time()
        await asyncio.sleep(IDLE_SECONDS)
        used = time.process_time() - before
        put_at = time.monotonic()
        await coordinator.submit_and_wait(["one"])

    sys.stdout.write(f"idle for a minute: {used * 1000:.1f} ms; then written after {written_at[0] - put_at:.3f} s\n")
    assert used < MOST_CPU_SECONDS
    assert written_at[0] - put_at <= FLUSH_SECONDS + SLACK_SECONDS


def cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def count(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    row = connection.execute("SELECT count(*) FROM courses_learningevent").fetchone()
    assert row is not None
    return int(str(row[0]))


def stored_at(connection: psycopg.Connection[tuple[object, ...]]) -> float:
    row = connection.execute("SELECT extract(epoch FROM max(stored)) FROM courses_learningevent").fetchone()
    assert row is not None
    return float(str(row[0]))

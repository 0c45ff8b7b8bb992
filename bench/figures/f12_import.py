"""F12: how fast events are imported into SQLite and into PostgreSQL, rollups included.

How: a class of 300 learners (about 30 000 events) is generated beforehand and written by the import in batches of
its own size, in a process of its own with an empty database; the section's structure is not counted. PostgreSQL is a
server of the bench's own with its usual durability.
Floor: in the same process, the very rows that the import left in the event table and in the rollups are taken out and
put back bare, into the same tables with their indexes, in one transaction: one `executemany` per table on SQLite, one
COPY per table on PostgreSQL. Both are counted in events per second.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from bench.contract import AtLeast, RatioAtLeast, Row
from bench.laboratory import Laboratory
from bench.statistics import spread
from bench.surroundings import ROOT, environment
from tests.plugins.postgresql_server import PostgresqlServer, find_binaries

RUNS = 3
LEARNERS = 300
SECONDS = 300


def measure(laboratory: Laboratory) -> list[Row]:
    runs = 1 if laboratory.is_quick else RUNS
    with PostgresqlServer(find_binaries(), is_durable=True) as server:
        return [
            _row("SQLite", [_run("") for _ in range(runs)]),
            _row("PostgreSQL", [_run(server.new_database()) for _ in range(runs)]),
        ]


def _row(database: str, runs: list[dict[str, float]]) -> Row:
    measured, floor = spread([run["imported"] for run in runs]), spread([run["bare"] for run in runs])
    return Row("F12", f"events imported into {database}", "1/s", measured, AtLeast(15_000), floor, RatioAtLeast(0.2))


def _run(database_url: str) -> dict[str, float]:
    with TemporaryDirectory(prefix="lectern-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.floors.importing", str(LEARNERS)],
            cwd=ROOT,
            env={**os.environ, **environment("off"), "LECTERN_VAR": folder, "DATABASE_URL": database_url},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    speeds: dict[str, float] = json.loads(done.stdout)
    return speeds

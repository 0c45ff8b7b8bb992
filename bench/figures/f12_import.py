"""F12: how fast events are imported into SQLite and into PostgreSQL, rollups included.

How: the presentation BBB-2013J of the OULAD, read from its file, where the data folder has it; and a class of 300
learners (about 30 000 events, two thirds of them attempts, which touch more rollups than the page views of the OULAD),
generated beforehand. Each is written by the import in batches of its own size, in a process of its own with an empty
database; the section's structure is not counted. PostgreSQL is a server of the bench's own with its usual durability.
Floor: in the same process, the very rows that the import left in the event table and in the rollups are taken out and
put back bare, into the same tables with their indexes, in one transaction: one `executemany` per table on SQLite, one
COPY per table on PostgreSQL. Both are counted in events per second.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from bench.contract import AtLeast, RatioAtLeast, Row
from bench.laboratory import Laboratory
from bench.statistics import spread
from bench.surroundings import ROOT, environment
from tests.data import DATA
from tests.plugins.postgresql_server import PostgresqlServer, find_binaries

RUNS = 3
LEARNERS = 300
SECONDS = 300
OULAD = DATA / "oulad" / "oulad-BBB-2013J.zip"


def measure(laboratory: Laboratory) -> list[Row]:
    runs = 1 if laboratory.is_quick else RUNS
    with PostgresqlServer(find_binaries(), is_durable=True) as server:
        return [
            _row(f"{name} into {database}", [_run(source, url()) for _ in range(runs)])
            for name, source in _sources()
            for database, url in (("SQLite", str), ("PostgreSQL", server.new_database))
        ]


def _sources() -> Iterator[tuple[str, str]]:
    """What is imported: its name, and what `bench.floors.importing` calls it."""
    if OULAD.is_file():
        yield "OULAD BBB-2013J", str(OULAD)
    else:
        print(f"F12: no {OULAD}: set LECTERN_DATA to the folder that holds it", file=sys.stderr)
    yield "generated class", str(LEARNERS)


def _row(what: str, runs: list[dict[str, float]]) -> Row:
    measured, floor = spread([run["imported"] for run in runs]), spread([run["bare"] for run in runs])
    return Row("F12", what, "events/s", measured, AtLeast(15_000), floor, RatioAtLeast(0.2))


def _run(source: str, database_url: str) -> dict[str, float]:
    with TemporaryDirectory(prefix="lectern-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.floors.importing", source],
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

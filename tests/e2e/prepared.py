"""The sample's database, made once for all servers of a run: making it takes longer than most tests with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.once import made_once, put_a_migrated_database_into

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "lectern.sqlite3"
MOST_SECONDS = 180.0


def put_the_sample_into(folder: Path) -> None:
    """Unless it is there already."""
    if (folder / DATABASE).exists():
        return
    shutil.copyfile(made_once(folder, "sample", _make_the_sample) / DATABASE, folder / DATABASE)


def _make_the_sample(house: Path) -> None:
    put_a_migrated_database_into(house)
    making = [sys.executable, "-W", "ignore", "-m", "tests.e2e.server", "sample"]
    surroundings = {
        **os.environ,
        "LECTERN_VAR": str(house),
        "REDIS_URL": "off",
        "DATABASE_URL": "",
        "DEBUG": "1",
    }
    subprocess.run(making, cwd=ROOT, env=surroundings, check=True, timeout=MOST_SECONDS)

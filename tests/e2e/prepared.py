"""The sample's database, made once for all servers of a run: making it takes longer than most tests with it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "lectern.sqlite3"
MOST_SECONDS = 180.0


def put_the_sample_into(folder: Path) -> None:
    """Unless it is there already."""
    if (folder / DATABASE).exists():
        return
    shutil.copyfile(_sample(_shared(folder)), folder / DATABASE)


def _sample(shared: Path) -> Path:
    """The sample's database; whoever comes first makes it, the other processes of the run wait for it."""
    house = shared / "sample"
    house.mkdir(exist_ok=True)
    with (house / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (house / "made").exists():
            making = [sys.executable, "-W", "ignore", "-m", "tests.e2e.server", "sample"]
            surroundings = {
                **os.environ,
                "LECTERN_VAR": str(house),
                "REDIS_URL": "off",
                "DATABASE_URL": "",
                "DEBUG": "1",
            }
            subprocess.run(making, cwd=ROOT, env=surroundings, check=True, timeout=MOST_SECONDS)
            (house / "made").touch()
    return house / DATABASE


def _shared(folder: Path) -> Path:
    """What all processes of a run of pytest have in common; outside pytest the folder itself."""
    ours = (parent for parent in folder.parents if parent.parent.name.startswith("pytest-of-"))
    return next(ours, folder)

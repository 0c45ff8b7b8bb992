"""Other processes that keep the embedded server, and what becomes of the server when they end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from dashboard_project.embedded.place import Place

ROOT = Path(__file__).resolve().parents[3]
LONGEST_WAIT_SECONDS = 10.0

KEEPING = """
import sys
from pathlib import Path
from dashboard_project.embedded.keeper import Keeper
from dashboard_project.embedded.place import Place
from dashboard_project.embedded.server import EmbeddedServer
server = EmbeddedServer(Place(Path(sys.argv[1])), Path(sys.argv[2]))
Keeper(server, look_seconds=0.05).start()
print(server.pid or 0, flush=True)
sys.stdin.read()
"""


def keeping(place: Place, binary: Path) -> tuple[subprocess.Popen[str], int]:
    """A process that keeps the server; with the server's pid if it started it, else 0."""
    process = subprocess.Popen(
        [sys.executable, "-c", KEEPING, str(place.directory), str(binary)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return process, int(cast("IO[str]", process.stdout).readline())


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def await_that(holds: Callable[[], bool]) -> bool:
    """Whether it came to hold within the longest wait; processes tell no other way that they are gone."""
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True

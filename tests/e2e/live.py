"""Starts the sample server and ends it: the one process of it, by its id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.prepared import ROOT, put_the_sample_into

START_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Live:
    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def dashboard(self) -> str:
        return f"{self.origin}/s/lakeside/algebra/"

    @property
    def socket(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/s/lakeside/algebra/"


@contextmanager
def serving(folder: Path, *, slow: float = 0.0, redis_url: str = "off", poll: float = 15.0) -> Iterator[Live]:
    """A server of its own, with a database in `folder`, until the block ends."""
    live = Live(_free_port())
    put_the_sample_into(folder)
    environment = {
        **os.environ,
        "LECTERN_VAR": str(folder),
        "REDIS_URL": redis_url,
        "DATABASE_URL": "",
        "DEBUG": "1",
        "SLOW_SECONDS": str(slow),
        "POLL_SECONDS": str(poll),
    }
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.e2e.server", str(live.port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(live, process, folder)
            yield live
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(live: Live, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{live.origin}/accounts/login/", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {(folder / 'server.log').read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""A process under test: started on a free loopback port, known by its id, ended at the end, also after a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]
from prometheus_client.parser import text_string_to_metric_families

from bench.surroundings import ROOT

START_SECONDS = 60.0
END_SECONDS = 15.0


class ServerDidNotStart(RuntimeError):
    """The message ends with what the process said."""


@dataclass(frozen=True, slots=True)
class Server:
    """`host` is `127.0.0.1:port`."""

    host: str
    pid: int

    @property
    def cpu_seconds(self) -> float:
        """What the operating system has charged to the process so far."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    @property
    def resident_bytes(self) -> int:
        """Memory that the process has in hand now."""
        return int(psutil.Process(self.pid).memory_info().rss)

    def counted(self, name: str, by: str, **labels: str) -> Counter[str]:
        """A counter on /metrics of one process: its value by one label, where it has the others."""
        connection = HTTPConnection(self.host, timeout=START_SECONDS)
        connection.request("GET", "/metrics", headers={"X-Forwarded-Proto": "https"})
        text = connection.getresponse().read().decode()
        connection.close()
        found: Counter[str] = Counter()
        for sample in (each for family in text_string_to_metric_families(text) for each in family.samples):
            if sample.name == name and labels.items() <= sample.labels.items():
                found[sample.labels[by]] += int(sample.value)
        return found


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Server]:
    """A Python process that prints `{"address": …}` once it listens, until the block ends."""
    with TemporaryDirectory(prefix="lectern-bench-") as folder:
        said, told = Path(folder) / "out", Path(folder) / "err"
        with said.open("wb") as out, told.open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", *command],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=out,
                stderr=err,
            )
        try:
            yield Server(_host(process, said, told), process.pid)
        finally:
            _end(process)


def _host(process: subprocess.Popen[bytes], said: Path, told: Path) -> str:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        line = said.read_text()
        if line.endswith("\n"):
            host = str(urlsplit(json.loads(line)["address"]).netloc)
            _until_it_answers(host, until)
            return host
        time.sleep(0.05)
    raise ServerDidNotStart(told.read_text()[-2000:])


def _until_it_answers(host: str, until: float) -> None:
    """The address is said when the socket listens; the application may still be loading."""
    while time.monotonic() < until:
        try:
            connection = HTTPConnection(host, timeout=START_SECONDS)
            connection.request("GET", "/healthz/live")
            connection.getresponse().read()
            connection.close()
        except (OSError, HTTPException):
            time.sleep(0.05)
        else:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

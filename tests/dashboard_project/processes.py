"""Management commands as processes of their own, in surroundings of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
MANAGE = str(ROOT / "manage.py")
LONGEST_SECONDS = 60
OWN = (
    "DATABASE_URL",
    "DEBUG",
    "ORACLE_DATABASE_URL",
    "PORT",
    "REDIS_URL",
    "SECRET_KEY",
    "LECTERN_VAR",
    "ALLOWED_HOSTS",
)


def surroundings(var: Path, **values: str) -> dict[str, str]:
    """This process's environment without our variables, then those given."""
    inherited = {name: value for name, value in os.environ.items() if name not in OWN}
    return {**inherited, "LECTERN_VAR": str(var), "REDIS_URL": "off", **values}


def manage(var: Path, *arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, MANAGE, *arguments],
        env=surroundings(var, **values), cwd="/", capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    address: str

    def status(self, path: str, **headers: str) -> int:
        request = Request(self.address + path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        try:
            with urlopen(request, timeout=LONGEST_SECONDS) as response:
                return int(response.status)
        except HTTPError as error:
            return error.code

    def end(self, number: int) -> int:
        """The exit code after this signal."""
        self.process.send_signal(number)
        return self.process.wait(LONGEST_SECONDS)


@contextmanager
def serving(var: Path, *arguments: str, **values: str) -> Iterator[Served]:
    """`manage.py serve` on a free port."""
    command = [sys.executable, MANAGE, "serve", "--port", "0", "--json", *arguments]
    with (var / "serve.log").open("w") as log:
        process = subprocess.Popen(
            command, env=surroundings(var, **values), cwd="/", stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        line = cast("IO[str]", process.stdout).readline()
        assert line, (var / "serve.log").read_text()
        yield Served(process, json.loads(line)["address"])
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=LONGEST_SECONDS)

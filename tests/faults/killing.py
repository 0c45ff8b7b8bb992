"""Writers that are killed in the middle of a batch, again and again, and what must be true afterwards."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.dashboard_project.processes import MANAGE, ROOT, surroundings

LONGEST_SECONDS = 600
LENGTH_OF_ID = 36
DRAINED_SECONDS = 60.0
"""From restart to an empty queue."""


@dataclass(frozen=True)
class House:
    """One installation: a folder, a database, a server for the queue."""

    var: Path
    values: dict[str, str]
    learners: int

    def run(self, *words: str) -> str:
        """A process that lives to its end; what it printed."""
        done = subprocess.run(
            words,
            env=self._environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    def manage(self, *words: str) -> str:
        return self.run(sys.executable, MANAGE, *words)

    def helper(self, command: str, *words: object) -> str:
        return self.run(sys.executable, "-m", "tests.faults.writing", command, str(self.learners), *map(str, words))

    def total(self) -> int:
        return int(self.helper("total"))

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """A process that will not live to its end."""
        return subprocess.Popen(
            words, env=self._environment(), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def _environment(self) -> dict[str, str]:
        environment = surroundings(self.var, **self.values)
        return {**environment, "DJANGO_SETTINGS_MODULE": "dashboard_project.settings"}


def prepare(house: House) -> int:
    """The section is there; returns how many events it will have."""
    house.manage("migrate", "--verbosity", "0")
    return int(house.helper("load"))


@dataclass(frozen=True)
class Drained:
    """What the kills did, and how long the rest took."""

    interrupted: int
    """Kills that left work undone: the others came when there was nothing left to lose."""
    seconds: float
    """From the restart to an empty queue."""


def kill_stream_writers(house: House, rounds: int, chance: random.Random, seconds: float = 0.5) -> Drained:
    """Some events are put in each round, and the writer is killed soon after it has begun to write."""
    total, interrupted = prepare(house), 0
    for number in range(rounds):
        put = (number + 1) * total // rounds
        house.helper("put", number * total // rounds, put)
        writer = house.begin(sys.executable, MANAGE, "run_writers", "--json")
        assert writer.stdout is not None
        writer.stdout.readline()  # it has begun to write
        time.sleep(chance.uniform(0.0, seconds))
        kill(writer)
        interrupted += len(ids_in(house)) < put
    began = time.monotonic()
    house.manage("run_writers", "--until-empty", "--json")
    return Drained(interrupted, time.monotonic() - began)


@dataclass(frozen=True)
class Submitted:
    """What the kills did, and what was answered with success."""

    interrupted: int
    """Kills of a process that was not done."""
    acknowledged: set[str]


def kill_submitting(house: House, rounds: int, chance: random.Random, seconds: float = 1.5) -> Submitted:
    """The process that takes and writes is killed; what was not acknowledged is sent again."""
    total, told, interrupted = prepare(house), house.var / "acknowledged", 0
    command = (sys.executable, "-m", "tests.faults.writing", "submit", str(house.learners))
    for number in range(rounds):
        grows = growth_of(told)
        sender = house.begin(*command, "0", str((number + 1) * total // rounds), str(told))
        wait_until(grows, sender)
        time.sleep(chance.uniform(0.0, seconds))
        interrupted += sender.poll() is None
        kill(sender)
        check_acknowledged(house, told)
    house.helper("submit", 0, total, told)
    return Submitted(interrupted, acknowledged_in(told))


def growth_of(told: Path) -> Callable[[], bool]:
    """Whether something more has been acknowledged since."""
    before = told.stat().st_size if told.exists() else 0
    return lambda: told.exists() and told.stat().st_size > before


def check_acknowledged(house: House, told: Path) -> None:
    """What was answered with success is in the database, whatever happened afterwards."""
    missing = acknowledged_in(told) - ids_in(house)
    assert not missing, f"{len(missing)} events were acknowledged and are not there"


def acknowledged_in(told: Path) -> set[str]:
    """The last line may have been cut short by the kill."""
    return {line for line in told.read_text().splitlines() if len(line) == LENGTH_OF_ID}


def ids_in(house: House) -> set[str]:
    return set(json.loads(house.helper("count"))["ids"])


def check_books(house: House, total: int) -> None:
    """Each event is there exactly once, none was given up, and the rollups say what the events say."""
    found = json.loads(house.helper("count"))
    assert len(found["ids"]) == len(set(found["ids"])) == total
    assert (found["dead"], found["differences"]) == (0, 0)
    house.manage("rebuild_rollups", "--check")


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not is_so() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)

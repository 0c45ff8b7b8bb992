"""The writer process on a real stream and a real database."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dashboard_project.processes import MANAGE, manage, surroundings
from tests.faults.killing import House
from tests.plugins.valkey import DurableValkey

LEARNERS = 3


@pytest.fixture
def house(var: Path, valkey: DurableValkey) -> House:
    house = House(var, {"REDIS_URL": f"{valkey.url}?db=1"}, LEARNERS)
    house.helper("load")
    return house


@pytest.mark.proves("I-01", "S-05")
def test_what_lies_in_the_queue_is_written_once_and_accounted_for(house: House) -> None:
    house.helper("put", 0, 100)
    house.helper("put", 0, 20)

    told = house.manage("run_writers", "--until-empty", "--json").splitlines()

    report = json.loads(told[-1])
    found = json.loads(house.helper("count"))
    assert (report["received"], report["written"], report["deduplicated"]) == (120, 100, 20)
    assert len(found["ids"]) == 100
    assert (found["dead"], found["differences"]) == (0, 0)


@pytest.mark.proves("S-05")
def test_a_writer_that_is_told_to_stop_says_how_it_ended(house: House) -> None:
    writer = house.begin(sys.executable, MANAGE, "run_writers", "--json")
    assert writer.stdout is not None
    assert json.loads(writer.stdout.readline())["state"] == "writing"

    writer.send_signal(signal.SIGTERM)
    told, _ = writer.communicate(timeout=30)

    assert writer.returncode == 0
    assert json.loads(told.splitlines()[-1])["abandoned"] == 0


def test_without_a_server_there_is_one_clear_line(var: Path) -> None:
    done = manage(var, "run_writers")

    assert done.returncode != 0
    assert done.stderr.startswith("CommandError: there is no Redis to take events from")


def test_a_server_that_is_not_there_is_told_in_one_line(var: Path, tmp_path: Path) -> None:
    command = [sys.executable, MANAGE, "run_writers", "--until-empty"]
    environment = surroundings(var, REDIS_URL=f"unix://{tmp_path}/none")

    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].startswith("CommandError: the queue's server cannot be reached")

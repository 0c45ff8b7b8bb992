"""One file three times, and by four processes at once, leaves what the file leaves once (R8, reliability)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.dashboard_project.processes import MANAGE
from tests.faults.killing import LONGEST_SECONDS, House
from tests.ingest.oulad.files import TABLES, write_zip
from tests.plugins.postgresql_server import PostgresqlServer

LEARNERS, SITES, DAYS = 12, 4, 20
PROCESSES = 4

pytestmark = pytest.mark.long

type Contents = dict[str, list[str]]
type NewHouse = Callable[[str], House]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return archive_of(tmp_path / "oulad.zip")


def archive_of(path: Path, *, clicks_more: int = 0, points_more: int = 0) -> Path:
    """One presentation: some thousand events, and a few that nobody can place.

    The last click and the last score may be others: events of the same ids that say something else.
    """
    people = [f"ZZZ,2013J,{100 + number}" for number in range(LEARNERS)]
    clicks = [
        f"ZZZ,2013J,{100 + number},{501 + site},{day},{number + site + day + 1}"
        for day in range(DAYS)
        for number in range(LEARNERS)
        for site in range(SITES)
    ]
    scores = [f"1,{100 + number},18,0,{50 + number}" for number in range(LEARNERS)]
    clicks[-1] = f"ZZZ,2013J,{99 + LEARNERS},{500 + SITES},{DAYS - 1},{LEARNERS + SITES + DAYS - 2 + clicks_more}"
    scores[-1] = f"1,{99 + LEARNERS},18,0,{49 + LEARNERS + points_more}"
    heads = {name: lines[:1] for name, lines in TABLES.items()}
    return write_zip(
        path,
        {
            "courses.csv": [*heads["courses.csv"], "ZZZ,2013J,268"],
            "vle.csv": [*heads["vle.csv"], *(f"{501 + site},ZZZ,2013J,resource,?,?" for site in range(SITES))],
            "assessments.csv": [*heads["assessments.csv"], "ZZZ,2013J,1,TMA,19,10"],
            "studentInfo.csv": [*heads["studentInfo.csv"], *(f"{who},F" for who in people)],
            "studentRegistration.csv": [*heads["studentRegistration.csv"], *(f"{who},-20,?" for who in people)],
            "studentAssessment.csv": [*heads["studentAssessment.csv"], *scores],
            "studentVle.csv": [*heads["studentVle.csv"], *clicks, "ZZZ,2013J,100,999,1,1", "ZZZ,2013J,77,501,1,1"],
        },
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def new_house(request: pytest.FixtureRequest, tmp_path: Path) -> NewHouse:
    """A house with an institution and nothing else, of any name."""

    def make(name: str) -> House:
        var = tmp_path / name
        var.mkdir()
        house = House(var, {"DATABASE_URL": ""}, 1)
        if request.param == "postgresql":
            server: PostgresqlServer = request.getfixturevalue("postgresql_server")
            house = replace(house, values={"DATABASE_URL": server.new_database()})
        house.manage("migrate", "--verbosity", "0")
        house.helper("load")
        return house

    return make


def words(archive: Path) -> list[str]:
    return [sys.executable, MANAGE, "import_oulad", str(archive), "--institution", "faults", "--json"]


def contents(house: House) -> Contents:
    """Of a house whose rollups say what its events say."""
    house.manage("rebuild_rollups", "--check")
    found: Contents = json.loads(house.helper("contents"))
    return found


@pytest.mark.proves("reliability:R8", "I-01", "P-03")
def test_a_file_three_times_and_by_four_processes_at_once_leaves_the_same_rows(
    new_house: NewHouse, archive: Path
) -> None:
    once, again, together = new_house("once"), new_house("again"), new_house("together")

    once.run(*words(archive))
    for _ in range(3):
        again.run(*words(archive))
    processes = [together.begin(*words(archive)) for _ in range(PROCESSES)]
    codes = [_ended(process) for process in processes]

    expected = contents(once)
    assert codes == [0] * PROCESSES
    assert len(expected["LearningEvent"]) == LEARNERS * (SITES * DAYS + 1)
    assert contents(again) == expected
    assert contents(together) == expected


@pytest.mark.proves("reliability:R8", "I-01")
def test_the_same_ids_with_other_content_leave_one_conflict_each_whoever_brings_them_how_often(
    new_house: NewHouse, archive: Path, tmp_path: Path
) -> None:
    house = new_house("house")
    other = archive_of(tmp_path / "other.zip", clicks_more=1, points_more=1)
    house.run(*words(archive))
    before = contents(house)

    processes = [house.begin(*words(other)) for _ in range(PROCESSES)]
    for process in processes:
        _ended(process)
    house.run(*words(other))

    after = contents(house)
    letters, letters_before = after.pop("DeadLetter"), before.pop("DeadLetter")
    assert after == before
    assert len(letters) == len(letters_before) + 2
    assert json.loads(house.helper("reasons"))["conflict"] == 2


def _ended(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=LONGEST_SECONDS)
    return process.returncode

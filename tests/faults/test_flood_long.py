"""Two institutions before a real PostgreSQL, one of them sends five times what can be written."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.faults.killing import House
from tests.plugins.postgresql_server import PostgresqlServer

LEARNERS, SECONDS = 100, 10

pytestmark = pytest.mark.long


@pytest.mark.proves("F-01", "F-02", "M-02")
def test_beside_a_flood_the_other_institution_is_written_almost_as_soon_and_two_floods_share_evenly(
    tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    house = House(tmp_path, {"DATABASE_URL": postgresql_server.new_database()}, LEARNERS)
    house.manage("migrate", "--verbosity", "0")

    found = json.loads(house.run(sys.executable, "-m", "tests.faults.sharing", str(LEARNERS), str(SECONDS)))

    ratio = found["beside"] / found["alone"]
    sys.stdout.write(
        f"{found['capacity']:.0f} events a second; p95 alone {found['alone']:.3f} s, beside a flood "
        f"{found['beside']:.3f} s ({ratio:.2f} times); {found['turned_away']} turned away; Jain {found['jain']:.4f}\n"
    )
    assert found["turned_away"] > 0
    assert ratio <= 2
    assert found["jain"] >= 0.95

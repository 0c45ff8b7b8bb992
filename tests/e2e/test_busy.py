"""A tile is busy while it works and never longer: answers, failures, late answers, choices that were dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Desk, Desks, sign_in
from tests.e2e.live import serving
from tests.e2e.looking import is_for_everybody

pytestmark = pytest.mark.e2e

SCORES = "courses_assessmentscore"


def rename(folder: Path, table: str, name: str) -> None:
    """What an oracle reads is gone, or there again."""
    with closing(sqlite3.connect(folder / "lectern.sqlite3", timeout=10)) as database, database:
        database.execute("PRAGMA legacy_alter_table = ON")
        database.execute(f"ALTER TABLE {table} RENAME TO {name}")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("busy")


@pytest.fixture(scope="module")
def desks(browser: Browser, house: Path) -> Iterator[Desks]:
    """A server whose answers take up to half a second."""
    with serving(house, slow=0.5) as live:
        found = Desks(browser, live, sign_in(browser, live))
        yield found
        found.close()


def nothing_is_busy(here: Desk) -> None:
    here.page.wait_for_function("() => !document.querySelector('[aria-busy=true]')", timeout=10_000)


@pytest.mark.proves("accessibility:A5")
def test_nothing_stays_busy_after_twenty_choices_of_which_one_was_meant(desks: Desks) -> None:
    here = desks()
    here.open()
    here.wait_until_ready()
    here.is_live()

    for number in range(20):
        here.page.select_option("#scope", f"container:unit-{number % 7 + 1}")
    assert here.page.locator("[aria-busy=true]").count() > 0

    nothing_is_busy(here)
    here.wait_until_ready("container:unit-6")


@pytest.mark.proves("accessibility:A5", "ROW-T9", "UX-8", "UX-19", "ROW-T9", "C5")
def test_a_tile_that_fails_says_so_alone_is_not_busy_and_comes_back_when_it_is_asked_again(
    house: Path, desks: Desks
) -> None:
    here = desks()
    here.open()
    here.wait_until_ready()
    here.is_live()
    rename(house, SCORES, "elsewhere")
    try:
        here.page.select_option("#scope", "container:unit-8")

        here.page.locator('#tile-assessments[data-readiness="failed"]').wait_for(timeout=10_000)
        nothing_is_busy(here)
        assert here.page.locator('#tile-progress[data-readiness="ready"]').count() == 1
        assert here.page.locator("#tile-assessments [data-fact]").count() == 0
        is_for_everybody(here, "tile failed")
    finally:
        rename(house, "elsewhere", SCORES)

    here.page.click("#retry-assessments")

    here.page.locator('#tile-assessments[data-readiness="ready"]').wait_for(timeout=10_000)
    nothing_is_busy(here)

"""Files in a browser: a click saves what is on the screen, and the dashboard goes on."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest

from tests.e2e.conftest import Desk, Desks

pytestmark = pytest.mark.e2e


def saved(here: Desk, click: str) -> tuple[str, bytes]:
    """Name and bytes of the file that a click saves."""
    with here.page.expect_download() as coming:
        here.page.click(click)
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def facts_of(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("dashboard_facts.csv").decode("utf-8-sig")
    return {row["fact"]: row["value"] for row in csv.DictReader(io.StringIO(text, newline=""))}


def shown(here: Desk) -> dict[str, str]:
    return dict(
        here.page.evaluate("[...document.querySelectorAll('data[data-fact]')].map((d) => [d.dataset.fact, d.value])")
    )


@pytest.mark.proves("P3", "AC-002")
@pytest.mark.parametrize("javascript", [True, False])
def test_a_click_saves_what_is_on_the_screen(javascript: bool, desk: Desks) -> None:
    here = desk(javascript=javascript)
    here.open("?scope=container:unit-1&p.threshold=50" + ("" if javascript else "&complete=1"))
    here.wait_until_ready("container:unit-1")
    if javascript:
        here.is_live()
    here.page.locator('#export[href*="snapshot="]').wait_for()

    name, content = saved(here, "#export")

    facts = facts_of(content)
    on_page = re.findall(r'<data value="([^"]*)" data-fact="([^"]*)"', here.page.content())
    assert on_page
    assert {fact: facts[fact] for _, fact in on_page} == {fact: value for value, fact in on_page}
    assert name == "algebra-unit-1.zip"


def test_after_a_change_of_scope_the_files_are_of_the_new_one(desk: Desks) -> None:
    here = desk()
    here.open()
    here.wait_until_ready()
    here.is_live()

    here.page.select_option("#scope", "container:unit-2")
    here.wait_until_ready("container:unit-2")
    here.page.locator('#export[href*="unit-2&snapshot="]').wait_for()

    facts = facts_of(saved(here, "#export")[1])
    assert {fact: facts[fact] for fact in shown(here)} == shown(here)


@pytest.mark.proves("E4")
def test_a_tile_saves_its_table_and_the_dashboard_goes_on(desk: Desks) -> None:
    here = desk()
    here.open("?scope=container:unit-1")
    here.wait_until_ready("container:unit-1")
    here.is_live()

    name, content = saved(here, "#table-student_support_summary")

    assert name == "algebra-unit-1-student_support_summary.csv"
    assert content.decode("utf-8-sig").splitlines()[0] == "category,student_count,percentage"
    here.page.select_option("#scope", "course")
    here.wait_until_ready()
    here.is_live()
    assert here.complaints == []

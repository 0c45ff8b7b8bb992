"""Tiles and rows change places and widths, by buttons, keys, a hand and forms; what was set stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Desk, Desks
from tests.e2e.shifts import STILL, shifted, watch_from_the_next_load

pytestmark = pytest.mark.e2e


ORDER = "[...document.querySelectorAll('.slot')].map((slot) => slot.dataset.place)"
USUAL = ["progress", "student_support", "challenging_objectives", "assessments"]
WIDTHS = "[...document.querySelectorAll('#row-engagement .slot')].map((slot) => slot.getBoundingClientRect().width)"


def arrange(here: Desk) -> None:
    here.page.check("#arrange")


def order(here: Desk) -> list[str]:
    return [str(name) for name in here.page.evaluate(ORDER)]


def drag(here: Desk, what: str, where: str) -> None:
    """By the handle of a tile or row, in steps as a hand moves it, to the top of something."""
    mouse = here.page.mouse
    here.page.locator(f'[data-drag="{what}"]').scroll_into_view_if_needed()
    handle, goal = (here.page.locator(one).bounding_box() for one in (f'[data-drag="{what}"]', where))
    assert handle
    assert goal
    mouse.move(handle["x"] + 8, handle["y"] + 8)
    mouse.down()
    mouse.move(handle["x"] + 30, handle["y"] + 20, steps=5)
    mouse.move(goal["x"] + 60, goal["y"] + 20, steps=8)
    mouse.up()


@pytest.mark.proves("L1", "L2")
def test_tiles_and_rows_change_places_by_buttons_and_nothing_is_loaded_again(here: Desk) -> None:
    here.page.evaluate("document.querySelectorAll('.tile').forEach((tile) => { tile.isSame = true; })")
    arrange(here)

    here.page.focus("#later-progress")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#status")).to_have_text("The order has changed.")
    assert here.page.evaluate("document.activeElement.id") == "later-progress"
    here.page.click("#later-engagement")

    expect(here.page.locator(".slot").first).to_have_attribute("data-place", "challenging_objectives")
    assert order(here) == ["challenging_objectives", "assessments", "student_support", "progress"]
    assert here.page.evaluate("[...document.querySelectorAll('.tile')].map((tile) => tile.isSame)") == [True] * 5
    here.page.reload()
    here.wait_until_ready()
    assert order(here) == ["challenging_objectives", "assessments", "student_support", "progress"]
    arrange(here)
    here.page.click("#reset")
    expect(here.page.locator("#status")).to_have_text("The tiles stand as usual.")
    assert order(here) == USUAL
    assert here.complaints == []


@pytest.mark.proves("L1")
def test_a_tile_and_a_row_can_be_dragged_to_where_another_one_is(here: Desk) -> None:
    arrange(here)

    here.page.set_viewport_size({"width": 1440, "height": 2400})
    drag(here, "student_support", "#tile-progress")
    expect(here.page.locator(".slot").first).to_have_attribute("data-place", "student_support")
    drag(here, "engagement", "#group-content")

    expect(here.page.locator(".slot").first).to_have_attribute("data-place", "challenging_objectives")
    assert order(here) == ["challenging_objectives", "assessments", "student_support", "progress"]


def test_a_tile_is_not_dropped_in_another_row(here: Desk) -> None:
    arrange(here)

    here.page.set_viewport_size({"width": 1440, "height": 2400})
    drag(here, "progress", "#tile-assessments")

    here.page.click("#fold-progress")
    expect(here.page.locator("#status")).to_have_text("The tile is collapsed.")
    assert order(here) == USUAL


@pytest.mark.proves("L1")
def test_widths_are_set_by_keys_and_by_buttons_and_the_slider_stands_on_the_border(here: Desk) -> None:
    arrange(here)
    here.page.focus("#split-engagement")

    here.page.keyboard.press("ArrowLeft")
    expect(here.page.locator("#row-engagement .grid")).to_have_attribute("data-share", "55")
    here.page.click("#narrower-progress")
    expect(here.page.locator("#row-engagement .grid")).to_have_attribute("data-share", "50")

    first, other = here.page.evaluate(WIDTHS)
    assert abs(first - other) < 1
    assert here.page.input_value("#split-engagement") == "50"
    here.page.reload()
    assert here.page.get_attribute("#row-engagement .grid", "data-share") == "50"


@pytest.mark.proves("L1", "L2")
def test_a_collapsed_tile_is_its_title_and_stays_so(here: Desk) -> None:
    here.page.click("#fold-assessments")
    expect(here.page.locator("#fold-assessments")).to_have_attribute("aria-expanded", "false")
    assert not here.page.locator("#tile-assessments .tile-body").is_visible()

    here.page.reload()
    here.wait_until_ready()
    here.is_live()

    assert here.page.inner_text("#title-assessments") == "Assessments"
    assert not here.page.locator("#tile-assessments .tile-body").is_visible()
    here.page.click("#fold-assessments")
    here.page.locator("#tile-assessments .tile-body").wait_for()


@pytest.mark.proves("UX-1", "L1")
def test_without_a_script_parts_layout_and_theme_change_by_forms(here: Desk, desk: Desks) -> None:
    plain = desk(javascript=False)
    plain.open("?scope=container:unit-5&complete=1")

    plain.page.click("#next-scope")
    plain.wait_until_ready("container:unit-6")
    plain.page.click("#fold-progress")
    plain.wait_until_ready("container:unit-6")
    assert plain.page.get_attribute("#fold-progress", "aria-expanded") == "false"
    plain.page.check("#arrange")
    plain.page.click("#later-engagement")
    plain.wait_until_ready("container:unit-6")
    assert order(plain)[0] == "challenging_objectives"
    plain.page.click("#display")
    plain.page.click("#theme-dark")
    plain.wait_until_ready("container:unit-6")
    assert plain.page.get_attribute("html", "data-theme") == "dark"


@pytest.mark.proves("L1", "O-16")
def test_a_tile_that_cannot_be_collapsed_because_the_database_is_busy_stays_and_says_why(
    here: Desk, folder: Path
) -> None:
    with closing(sqlite3.connect(folder / "lectern.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        here.page.click("#fold-assessments")
        expect(here.page.locator("#notices")).to_contain_text("nothing was changed", timeout=20_000)
        other.rollback()

    assert here.page.locator("#tile-assessments .tile-body").is_visible()
    here.page.click("#fold-assessments")
    expect(here.page.locator("#fold-assessments")).to_have_attribute("aria-expanded", "false")


@pytest.mark.proves("L2")
def test_a_page_with_a_collapsed_tile_is_painted_without_a_shift(here: Desk) -> None:
    here.page.click("#fold-assessments")
    expect(here.page.locator("#fold-assessments")).to_have_attribute("aria-expanded", "false")
    watch_from_the_next_load(here.page)

    here.page.reload()
    here.wait_until_ready()
    here.is_live()

    assert shifted(here.page) < STILL

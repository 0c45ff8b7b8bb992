"""The dashboard's frame in Chromium: keys, layout, saved views, theme, print; each also without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Desk, Desks
from tests.e2e.live import Live
from tests.e2e.looking import is_for_everybody
from tests.e2e.sample import UNITS
from tests.e2e.writing import answered, by_post, token

pytestmark = pytest.mark.e2e

ORDER = "[...document.querySelectorAll('.slot')].map((slot) => slot.dataset.place)"
USUAL = ["progress", "student_support", "challenging_objectives", "assessments"]
WIDTHS = "[...document.querySelectorAll('#row-engagement .slot')].map((slot) => slot.getBoundingClientRect().width)"


@pytest.fixture
def as_usual(desk: Desks) -> Iterator[None]:
    """Whatever is arranged in a test is as usual again afterwards."""
    yield
    browser = desk(javascript=False).page.context
    browser.request.get(f"{desk.live.dashboard}views/")
    token = next(cookie["value"] for cookie in browser.cookies() if cookie["name"] == "csrftoken")
    form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "reset": "1"}
    assert browser.request.post(f"{desk.live.dashboard}layout/", form=form, headers={"HX-Request": "true"}).ok


@pytest.fixture
def here(desk: Desks, as_usual: None) -> Desk:
    """The instructor's live dashboard."""
    open_desk = desk()
    open_desk.open()
    open_desk.wait_until_ready()
    open_desk.is_live()
    return open_desk


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


# ---- keys -------------------------------------------------------------------------------------------------------


@pytest.mark.proves("U1", "UX-1")
def test_a_slash_leads_to_the_search_and_words_lead_to_a_part_of_the_course(here: Desk) -> None:
    here.page.keyboard.press("/")
    here.page.keyboard.type("quadr")
    here.page.keyboard.press("Enter")

    here.wait_until_ready("container:unit-6")
    assert here.page.inner_text("h1") == UNITS[5]
    assert here.page.url.endswith("?scope=container:unit-6")
    assert here.page.input_value("#find") == ""
    expect(here.page.locator("#status")).to_have_text(f"{UNITS[5]} is loaded.")


def test_a_part_that_is_not_there_is_said(here: Desk) -> None:
    here.page.fill("#find", "chemistry")
    here.page.press("#find", "Enter")

    expect(here.page.locator("#notices")).to_have_text("No part of this course is called that.")


@pytest.mark.proves("U1")
def test_brackets_lead_to_the_next_part_and_back(here: Desk) -> None:
    here.page.keyboard.press("]")
    here.wait_until_ready("container:unit-1")
    here.page.keyboard.press("]")
    here.wait_until_ready("container:unit-2")
    here.page.keyboard.press("[")

    here.wait_until_ready("container:unit-1")


@pytest.mark.proves("UX-12")
def test_p_pauses_and_resumes_and_r_reads_again(here: Desk) -> None:
    here.page.keyboard.press("p")
    here.page.locator('#dashboard[data-state="paused"]').wait_for()
    here.page.keyboard.press("p")
    here.is_live()
    token_before = here.page.get_attribute("#dashboard", "data-token")

    here.page.keyboard.press("r")

    expect(here.page.locator("#dashboard")).not_to_have_attribute("data-token", token_before or "")
    expect(here.page.locator("#status")).to_contain_text("is loaded.")
    here.wait_until_ready()
    assert here.complaints == []


def test_e_downloads_what_is_on_the_screen(here: Desk) -> None:
    with here.page.expect_download() as download:
        here.page.keyboard.press("e")

    assert download.value.suggested_filename.endswith(".zip")


def test_keys_do_nothing_in_a_field_nor_with_a_modifier(here: Desk) -> None:
    here.page.focus("#find")
    here.page.keyboard.type("]]")
    here.page.focus("#pause")
    here.page.keyboard.press("Alt+]")
    here.page.keyboard.press("Control+]")

    assert here.page.input_value("#find") == "]]"
    assert here.page.get_attribute("#dashboard", "data-scope") == "course"


def test_a_question_mark_lists_the_keys_which_can_be_switched_off_for_good(here: Desk) -> None:
    here.page.keyboard.press("?")
    assert here.page.locator("#help").is_visible()
    here.page.keyboard.press("Escape")
    assert not here.page.locator("#help").is_visible()

    here.page.keyboard.press("?")
    here.page.click("#keys-off")
    here.wait_until_ready()
    here.page.keyboard.press("?")
    here.page.keyboard.press("]")
    assert not here.page.locator("#help").is_visible()
    assert here.page.get_attribute("#dashboard", "data-scope") == "course"

    here.page.click("#keys")
    here.page.click("#keys-on")
    here.page.locator('#dashboard[data-keys="on"]').wait_for()


@pytest.mark.proves("UX-24")
def test_f_shows_the_tile_one_is_in_alone_and_nothing_else_can_be_reached(here: Desk) -> None:
    here.page.focus("#bucket-on_track")

    here.page.keyboard.press("f")

    box = here.page.locator("#slot-student_support").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (1440, 900)
    assert not here.page.locator("#brand").is_visible()
    assert not here.page.locator("#tile-progress").is_visible()
    here.page.keyboard.press("f")
    assert here.page.locator("#brand").is_visible()


def test_every_key_of_the_list_has_a_control_that_says_so(here: Desk) -> None:
    listed = here.page.evaluate("[...document.querySelectorAll('#help kbd')].map((key) => key.textContent)")

    said = here.page.evaluate(
        "[...new Set([...document.querySelectorAll('[aria-keyshortcuts]')].map((one) => one.ariaKeyShortcuts"
        " ?? one.getAttribute('aria-keyshortcuts')))]"
    )
    assert sorted(listed) == sorted(said)


# ---- layout -----------------------------------------------------------------------------------------------------


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
def test_a_collapsed_tile_is_its_title_and_stays_so_without_a_shift(here: Desk) -> None:
    here.page.click("#fold-assessments")
    expect(here.page.locator("#fold-assessments")).to_have_attribute("aria-expanded", "false")
    assert not here.page.locator("#tile-assessments .tile-body").is_visible()
    here.page.evaluate(
        """() => { window.shift = 0; new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({type: 'layout-shift', buffered: true}); }"""
    )

    here.page.reload()
    here.wait_until_ready()
    here.is_live()

    assert here.page.evaluate("window.shift || 0") == 0
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


# ---- saved views, theme, paper ----------------------------------------------------------------------------------


@pytest.mark.proves("UX-20")
def test_what_one_looks_at_is_saved_under_a_name_and_opened_again(here: Desk) -> None:
    here.page.select_option("#scope", "container:unit-4")
    here.wait_until_ready("container:unit-4")
    here.page.select_option("#threshold", "50")
    here.page.wait_for_url("**/?scope=container:unit-4&p.threshold=50")

    here.page.click("#views-button")
    here.page.fill("#view-name", "Half of unit four")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#status")).to_have_text("The view “Half of unit four” is saved.")
    here.page.select_option("#scope", "course")
    here.wait_until_ready()
    here.page.click("text=Half of unit four")

    here.wait_until_ready("container:unit-4")
    assert here.page.input_value("#threshold") == "50"
    here.page.goto(f"{here.live.dashboard}views/")
    here.page.click("text=Delete")
    assert "No view is saved yet" in here.page.inner_text("#content")


@pytest.mark.proves("UX-24")
@pytest.mark.parametrize("dark", [False, True])
def test_a_theme_that_was_chosen_goes_before_the_systems_from_the_first_paint(dark: bool, desk: Desks) -> None:
    here = desk(dark=dark)
    here.open()
    here.page.click("#display")

    here.page.click("#theme-light" if dark else "#theme-dark")

    here.wait_until_ready()
    paper = here.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(253, 253, 252)" if dark else "rgb(19, 21, 24)")
    here.page.click("#display")
    here.page.click("#theme-auto")
    assert here.page.get_attribute("html", "data-theme") is None


@pytest.mark.proves("UX-24")
def test_on_paper_stand_course_scope_time_numbers_and_tables_and_no_control(here: Desk) -> None:
    here.page.emulate_media(media="print", color_scheme="dark")

    for selector in ("h1", "#view-head .label", "#as-of", "#tile-progress .table table", "#tile-summary .figure"):
        assert here.page.locator(selector).first.is_visible(), selector
    for selector in (
        "#brand",
        "#scope",
        "#find",
        "#pause",
        "#refresh",
        "#export",
        "#arrange",
        "#fold-progress",
        "#mode-percent",
    ):
        assert not here.page.locator(selector).is_visible(), selector
    assert here.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(253, 253, 252)"
    here.page.emulate_media(media="screen")


# ---- under one's hands ------------------------------------------------------------------------------------------


@pytest.mark.proves("accessibility:A3")
def test_a_tile_in_which_somebody_types_waits_with_the_newest_until_they_leave(
    here: Desk, live: Live, folder: Path
) -> None:
    here.page.click("#bucket-on_track")
    here.page.locator('#bucket-on_track[aria-pressed="true"]').wait_for()
    here.page.focus("#seek-name")
    shown = here.page.get_attribute("#tile-student_support", "data-fingerprint")
    other = here.page.get_attribute("#tile-progress", "data-fingerprint")
    as_of = here.page.get_attribute("#tile-student_support", "data-as-of")

    by_post(live, token(folder), [answered(number, "page-1-1", success=False) for number in range(1, 40)])

    expect(here.page.locator("#tile-progress")).not_to_have_attribute("data-fingerprint", other or "", timeout=20_000)
    assert here.page.get_attribute("#tile-student_support", "data-as-of") == as_of
    assert here.page.get_attribute("#tile-student_support", "data-fingerprint") == shown
    here.page.focus("#pause")
    expect(here.page.locator("#tile-student_support")).not_to_have_attribute("data-as-of", as_of or "", timeout=10_000)
    assert here.complaints == []


# ---- for everybody ----------------------------------------------------------------------------------------------

WAYS = {
    "arranging": ["#arrange"],
    "collapsed": ["#fold-progress"],
    "views": ["#views-button"],
    "keys": ["#keys"],
    "display": ["#display"],
    "alone": ["label:has(#full-student_support)"],
}


@pytest.mark.proves("ROW-A1", "accessibility:A1", "accessibility:A9")
@pytest.mark.parametrize(("dark", "width"), [pytest.param(False, 1440, marks=pytest.mark.long), (True, 320)])
@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    way: str, dark: bool, width: int, as_usual: None, desk: Desks
) -> None:
    one = desk(dark=dark, width=width, reduced=True)
    one.open()
    one.wait_until_ready()
    one.is_live()
    for selector in WAYS[way]:
        one.page.click(selector)
    one.page.wait_for_timeout(100)
    is_for_everybody(one, f"{way} {'dark' if dark else 'light'} {width}")
    assert one.complaints == []


@pytest.mark.proves("ROW-A1")
def test_the_page_of_saved_views_is_for_everybody(desk: Desks) -> None:
    here = desk(width=320, dark=True)
    here.open()
    here.page.click("#views-button")
    here.page.fill("#view-name", "A name as long as a name of a view of a section can possibly be, which is eighty")
    here.page.click("#save")
    here.page.locator("#views-menu a").wait_for()
    here.page.goto(f"{here.live.dashboard}views/")

    is_for_everybody(here, "saved views long name")
    here.page.locator("text=Delete").first.click()

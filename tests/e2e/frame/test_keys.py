"""Keys of the dashboard in Chromium: each does what its control does, and they can be switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Desk
from tests.e2e.sample import UNITS

pytestmark = pytest.mark.e2e


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
    here.page.wait_for_url("**/?find=*")
    here.page.wait_for_url("**/algebra/")  # the socket has answered

    expect(here.page.locator("#notices")).to_have_text("No part of this course is called that.")
    here.page.select_option("#scope", "container:unit-2")
    expect(here.page.locator("#notices")).to_be_empty()


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

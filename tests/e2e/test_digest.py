"""The digest and the test drive in a browser: seen, narrow, dark, without a script; and a drive from start to end."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Desk, Desks
from tests.e2e.looking import is_for_everybody
from tests.e2e.states import State

pytestmark = pytest.mark.e2e

DIGEST, DRIVE = State("digest", "/digest/"), State("test drive", "/test-drive/")


@pytest.mark.proves("U-01")
def test_three_questions_stand_under_each_section_in_their_order(desk: Desks) -> None:
    here = desk()
    DIGEST.reach(here)

    questions = here.page.locator("section.digest").first.locator("h3").all_inner_texts()

    assert questions == ["Where are we?", "What changed?", "What do I do now?"]
    assert here.complaints == []


@pytest.mark.proves("U-01", "G-08")
def test_without_a_script_and_by_keyboard_one_says_when_it_comes(desk: Desks) -> None:
    here = desk(javascript=False)
    DIGEST.reach(here)

    here.page.locator('select[name="weekday"]').select_option("3")
    here.page.get_by_role("button", name="Save").focus()
    here.page.keyboard.press("Enter")
    here.page.wait_for_load_state()

    assert here.page.locator('select[name="weekday"]').input_value() == "3"


@pytest.mark.proves("T-02", "T-03", "T-04")
def test_a_drive_on_a_made_up_institution_from_start_to_end(desk: Desks) -> None:
    here = desk()
    DRIVE.reach(here)

    here.page.get_by_role("button", name="Begin on a made-up institution").click()
    here.page.get_by_text("none of these learners exists").wait_for()
    _look_at_it(here)

    here.page.get_by_role("button", name="End the test drive").click()
    here.page.get_by_role("button", name="Begin on my own sections").wait_for()
    here.page.goto(here.live.origin + "/")
    assert "sandbox" not in here.page.content()


def _look_at_it(here: Desk) -> None:
    assert here.page.locator("#watermark").is_visible()
    assert here.page.locator("section.digest a").count() == 0
    assert here.page.locator("section.digest table tbody tr").count() >= 4
    is_for_everybody(here, "test drive under way")

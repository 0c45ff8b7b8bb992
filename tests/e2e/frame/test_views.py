"""Saved views: what one looks at is kept under a name, and its page is for everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Desk, Desks
from tests.e2e.looking import is_for_everybody

pytestmark = pytest.mark.e2e


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

"""The console by keyboard, narrow, dark: nobody is shut out and nothing is wider than the screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import Desk
from tests.e2e.console.house import House, in_review
from tests.e2e.states import THEMES, WIDTHS

pytestmark = pytest.mark.e2e


@pytest.mark.proves("U-01")
def test_the_keyboard_is_enough(house: House) -> None:
    desk = house.desks()
    desk.open("console/")
    desk.page.locator('#item-quiz-2-6 button[value="message"]').focus()
    desk.page.keyboard.press("Enter")
    desk.page.locator("#subject").wait_for()
    desk.page.locator("#review").focus()
    desk.page.keyboard.press("Enter")
    desk.page.locator("#approve").wait_for()
    desk.page.locator("#approve").focus()
    desk.page.keyboard.press("Enter")

    desk.page.locator("#execute").wait_for()


@pytest.mark.proves("U-01")
@pytest.mark.parametrize("dark", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(width: int, dark: bool, house: House) -> None:
    desk = house.desks(width=width, dark=dark, reduced=True)
    page = in_review(desk)
    review = page.url
    page.locator(".queued h3 a").first.click()
    for address in (page.url, review, house.live.dashboard + "console/"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

        assert violations(desk) == []
        widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1]
    assert desk.complaints == []


def violations(here: Desk) -> list[tuple[str, list[str]]]:
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(here.page, options={"runOnly": {"type": "tag", "values": tags}})
    return [(each["id"], [node["html"][:160] for node in each["nodes"]][:4]) for each in found.response["violations"]]

"""From opening the page to a file of three learners, by keyboard alone; and nothing is lost under a flood of news."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Desk, Desks
from tests.e2e.live import Live
from tests.e2e.writing import answered, by_post, token

pytestmark = pytest.mark.e2e

MOST_PRESSES = 60
PUSHES = 200
LEAST_SECONDS = 29.5
"""Between two announcements of what came by itself; half a second is for the way."""
FOCUS_CAN_BE_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
}"""


@dataclass(slots=True)
class Keyboard:
    """Somebody without a mouse, and how often they pressed a key."""

    page: Page
    presses: int = 0

    def press(self, key: str) -> None:
        self.presses += 1
        self.page.keyboard.press(key)

    def reach(self, selector: str, key: str = "Tab") -> None:
        """Until the focus is there; wherever it is on the way, it can be seen."""
        while not self.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            assert self.presses < MOST_PRESSES, self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
            self.press(key)
            assert self.page.evaluate(FOCUS_CAN_BE_SEEN), self.page.evaluate("document.activeElement.outerHTML")


@pytest.mark.proves("accessibility:A2", "UX-25")
def test_scope_bucket_three_learners_and_a_file_take_at_most_sixty_keys(desk: Desks) -> None:
    here = desk()
    here.open("?p.threshold=100")
    here.wait_until_ready()
    here.is_live()
    keyboard = Keyboard(here.page)

    keyboard.press("]")
    here.wait_until_ready("container:unit-1")
    keyboard.reach("#bucket-on_track")
    keyboard.press("Enter")
    here.page.locator('#bucket-on_track[aria-pressed="true"]').wait_for()
    for number in range(3):
        keyboard.reach(f"#support-scroll tbody tr:nth-child({number + 1}) input")
        keyboard.press(" ")
    with here.page.expect_download() as download:
        keyboard.press("e")

    assert here.page.locator("#support-scroll input:checked").count() == 3
    assert download.value.suggested_filename.endswith(".zip")
    assert keyboard.presses <= MOST_PRESSES
    assert here.complaints == []


@pytest.mark.long
@pytest.mark.proves("accessibility:A3")
def test_two_hundred_updates_take_neither_focus_nor_caret_nor_words(desk: Desks, live: Live, folder: Path) -> None:
    here = settled(desk)
    here.page.locator("#seek-name").scroll_into_view_if_needed()
    here.page.fill("#seek-name", "Keiko")
    here.page.locator("#support-found").wait_for()
    here.page.evaluate("() => { document.activeElement.setSelectionRange(2, 4); window.place = scrollY; }")

    bearer = token(folder)
    for number in range(PUSHES):
        by_post(live, bearer, [answered(number % 52, f"page-{number % 6 + 1}-1", number % 3, success=number % 2 == 0)])
    here.page.wait_for_timeout(1_500)

    found = here.page.evaluate(
        "() => { const at = document.activeElement; return [at.id, at.value, at.selectionStart, at.selectionEnd]; }"
    )
    assert found == ["seek-name", "Keiko", 2, 4]
    assert here.page.evaluate("scrollY - window.place") == 0


@pytest.mark.long
@pytest.mark.proves("accessibility:A4")
def test_a_minute_of_updates_is_told_twice_at_most_and_never_while_paused(
    desk: Desks, live: Live, folder: Path
) -> None:
    here = settled(desk)
    here.page.evaluate(
        """() => { window.said = []; new MutationObserver(() => {
          const text = document.getElementById('status').innerText;
          if (text) window.said.push([text, performance.now() / 1000]);
        }).observe(document.getElementById('status'), {childList: true, characterData: true, subtree: true}); }"""
    )

    bearer = token(folder)
    for number in range(100):
        by_post(live, bearer, [answered(number % 52, f"page-{number % 5 + 2}-2", number % 3, success=number % 2 == 0)])
        here.page.wait_for_timeout(500)
    said = here.page.evaluate("window.said")
    here.page.click("#pause")
    here.page.locator('#dashboard[data-state="paused"]').wait_for()
    here.page.evaluate("() => { window.said = []; }")
    for number in range(20):
        by_post(live, bearer, [answered(number, "page-7-3", number % 3, success=False)])
        here.page.wait_for_timeout(200)

    times = [at for _, at in said]
    assert said
    assert all(later - earlier >= LEAST_SECONDS for earlier, later in pairwise(times)), said
    assert len([at for at in times if at - times[0] < 60]) <= 2
    assert all(len(text) <= 140 for text, _ in said)
    assert here.page.evaluate("window.said") == []


def settled(desk: Desks) -> Desk:
    here = desk()
    here.open()
    here.wait_until_ready()
    here.is_live()
    return here

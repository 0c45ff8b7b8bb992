"""What is out of sight: a tab that nobody looks at, names that nobody may see; and what answers to a click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import WebSocket, expect

from tests.dashboard_project.processes import manage
from tests.e2e.conftest import Desks
from tests.e2e.live import Live
from tests.e2e.sample import FAMILY
from tests.e2e.writing import answered, by_post, token

pytestmark = pytest.mark.e2e

AVERAGE = '[data-fact="summary.average_proficiency_pct"]'
TURN = """is_hidden => { Object.defineProperty(document, 'hidden', {value: is_hidden, configurable: true});
                         document.dispatchEvent(new Event('visibilitychange')); }"""
"""What a browser does when its person turns to another tab, and back."""


@pytest.mark.proves("UX-11", "UX-12")
def test_a_tab_that_nobody_looks_at_is_silent_and_current_when_it_is_looked_at_again(
    desk: Desks, live: Live, folder: Path
) -> None:
    sockets: list[WebSocket] = []
    here = desk()
    here.page.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108 it marks what it is given
    here.open("?p.threshold=60")
    here.wait_until_ready()
    here.is_live()
    before = here.page.get_attribute(AVERAGE, "value")

    with sockets[-1].expect_event("close"):
        here.page.evaluate(TURN, True)
    by_post(live, token(folder), [answered(learner, "page-7-2", success=False) for learner in range(52)])
    asleep = here.page.get_attribute(AVERAGE, "value")
    here.page.evaluate(TURN, False)
    here.page.wait_for_function(
        "([fact, before]) => document.querySelector(fact)?.value !== before", arg=[AVERAGE, before], timeout=20_000
    )

    here.is_live()
    assert asleep == before
    assert len(sockets) == 2
    assert here.page.url.endswith("?p.threshold=60")
    assert here.complaints == []


@pytest.fixture
def hiding(folder: Path) -> Iterator[None]:
    """Names are shown again, whatever happens."""
    yield
    manage(folder, "hide_names", "--institution", "lakeside", "--show")


@pytest.mark.proves("UX-28")
@pytest.mark.usefixtures("hiding")
def test_an_open_page_calls_learners_by_codes_and_says_so_as_soon_as_names_are_hidden(
    desk: Desks, folder: Path
) -> None:
    here = desk.opened("?s.bucket=on_track")
    rows = here.page.locator("#support-scroll tbody th span:first-of-type")
    assert any(family in here.page.inner_text("#support-scroll") for family in FAMILY)

    assert manage(folder, "hide_names", "--institution", "lakeside").returncode == 0

    expect(here.page.locator("#names-hidden")).to_contain_text("called by codes", timeout=40_000)
    for family in FAMILY:  # the list is painted a moment after the notice
        expect(here.page.locator("#support-scroll")).not_to_contain_text(family)
    assert rows.count() > 0


@pytest.mark.proves("ROW-T5")
def test_a_slice_of_the_ring_lists_its_learners(desk: Desks) -> None:
    """The ring mirrors its legend: the same buckets, for whoever points."""
    here = desk.opened("?p.threshold=60&s.bucket=struggling")
    ring = here.page.locator(".donut svg")
    ring.scroll_into_view_if_needed()
    box = ring.bounding_box()
    assert box is not None

    here.page.mouse.click(box["x"] + 0.15 * box["width"], box["y"] + 0.5 * box["height"])

    expect(here.page.locator("#support-list-title")).to_contain_text("On track")
    assert here.page.locator("#bucket-on_track").get_attribute("aria-pressed") == "true"
    assert here.page.url.endswith("?p.threshold=60&s.bucket=on_track")
    assert here.complaints == []


@pytest.mark.proves("UX-13", "ROW-T8", "U2")
def test_the_card_that_was_opened_last_stands_in_the_address_and_is_open_when_it_is_opened(desk: Desks) -> None:
    here = desk.opened()

    here.page.focus("#open-quiz-6-6")
    here.page.keyboard.press("Enter")
    here.page.wait_for_url("**/?a.open=quiz-6-6")
    again = desk.opened("?a.open=quiz-6-6")

    assert here.page.locator("#assessment-quiz-6-6").get_attribute("open") is not None
    assert here.page.evaluate("document.activeElement.id") == "open-quiz-6-6"
    cards = again.page.locator("details.assessment[open]")
    assert [card.get_attribute("id") for card in cards.all()] == ["assessment-quiz-6-6"]
    assert here.complaints == []

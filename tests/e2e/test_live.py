"""New data on an open page in Chromium: numbers change by themselves, can be paused, and disturb nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute

from tests.e2e.conftest import Desk, Desks
from tests.e2e.live import Live
from tests.e2e.writing import answered, by_post, token

pytestmark = pytest.mark.e2e

AVERAGE = '[data-fact="summary.average_proficiency_pct"]'
PUSHES = 20


@pytest.fixture(scope="package")
def bearer(live: Live, folder: Path) -> str:
    return token(folder)


def average(here: Desk) -> str:
    return here.page.get_attribute(AVERAGE, "value") or ""


def changed(page: Page, before: str) -> None:
    page.wait_for_function(
        "([fact, before]) => document.querySelector(fact)?.value !== before", arg=[AVERAGE, before], timeout=20_000
    )


def write(live: Live, bearer: str, page: str, learners: range, *, success: bool) -> None:
    by_post(live, bearer, [answered(learner, page, success=success) for learner in learners])


@pytest.mark.proves("coordinator:R17", "speed:F14", "UX-11")
def test_a_number_on_the_open_page_changes_after_an_event_was_sent(desk: Desks, live: Live, bearer: str) -> None:
    here = desk.opened()
    before = average(here)

    write(live, bearer, "page-1-1", range(52), success=False)

    changed(here.page, before)
    here.is_live()
    assert here.page.get_attribute("#as-of", "datetime")
    assert here.complaints == []


@pytest.mark.proves("UX-12")
def test_a_paused_page_stands_still_says_what_waits_and_goes_on(desk: Desks, live: Live, bearer: str) -> None:
    here = desk.opened()
    before = average(here)
    here.page.click("#pause")
    here.page.locator('#dashboard[data-state="paused"]').wait_for()
    here.page.evaluate(
        """() => { window.repaints = 0; new MutationObserver((list) => { window.repaints += list.length; })
          .observe(document.getElementById('tiles'), {subtree: true, childList: true, attributes: true}); }"""
    )

    write(live, bearer, "page-2-1", range(52), success=False)
    here.page.locator("#waiting", has_text="waiting").wait_for(timeout=20_000)

    assert average(here) == before
    assert here.page.evaluate("window.repaints") == 0
    assert here.page.inner_text("#status") == ""
    assert here.page.url.endswith("?live=0")
    here.page.click("#pause")
    changed(here.page, before)
    here.is_live()
    assert here.page.locator("#waiting").count() == 0


def test_a_page_that_was_opened_paused_stays_so_in_the_next_scope(desk: Desks) -> None:
    here = desk()
    here.open("?live=0")
    here.page.locator('#dashboard[data-state="paused"] #pause').wait_for()

    here.page.select_option("#scope", "container:unit-2")
    here.wait_until_ready("container:unit-2")

    here.page.locator('#dashboard[data-state="paused"] #pause', has_text="Resume").wait_for()
    assert "live=0" in here.page.url


def test_a_scope_that_is_chosen_while_no_socket_is_open_leaves_the_page_paused(desk: Desks) -> None:
    here = desk()
    here.page.route_web_socket("**/ws/**", lambda socket: socket.close(code=1011))
    here.open("?live=0")
    here.page.locator('#dashboard[data-state="offline"]').wait_for()

    here.page.select_option("#scope", "container:unit-2")
    here.page.wait_for_url("**/?*scope=container*")

    assert "live=0" in here.page.url


def test_focus_and_scroll_stay_while_the_page_is_updated(desk: Desks, live: Live, bearer: str) -> None:
    here = desk.opened()
    here.page.focus("#threshold")
    here.page.evaluate("window.scrollTo(0, 120)")
    here.page.evaluate("window.place = scrollY")
    before = average(here)

    for learner in range(PUSHES):
        write(live, bearer, "page-3-1", range(learner, learner + 1), success=False)
    changed(here.page, before)

    assert here.page.evaluate("document.activeElement.id") == "threshold"
    assert here.page.evaluate("scrollY - window.place") == 0


def test_many_updates_are_announced_once_in_a_while(desk: Desks, live: Live, bearer: str) -> None:
    here = desk.opened()
    here.page.evaluate(
        """() => { window.said = []; new MutationObserver(() => {
          window.said.push(document.getElementById('status').innerText);
        }).observe(document.getElementById('status'), {childList: true, characterData: true, subtree: true}); }"""
    )
    before = average(here)

    for learner in range(PUSHES):
        write(live, bearer, "page-4-1", range(learner, learner + 1), success=False)
    changed(here.page, before)
    here.page.wait_for_function("window.said.length > 0")

    assert len(here.page.evaluate("window.said.filter((text) => text)")) == 1


@pytest.mark.proves("P6")
def test_where_no_socket_opens_the_page_asks_over_http(desk: Desks, live: Live, bearer: str) -> None:
    here = desk()
    here.page.clock.install()

    def refuse(socket: WebSocketRoute) -> None:
        socket.close(code=1011)

    here.page.route_web_socket("**/ws/**", refuse)
    here.open()
    here.page.locator('#dashboard[data-state="offline"]').wait_for()
    here.page.clock.run_for(16_000)  # what was not there with the first page
    here.wait_until_ready()
    before = average(here)
    write(live, bearer, "page-5-1", range(52), success=False)

    here.page.clock.run_for(16_000)

    changed(here.page, before)

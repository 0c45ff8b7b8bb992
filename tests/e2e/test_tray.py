"""The tray in a browser: looked at, decided with and without a script, undone; readable for everybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Desk, Desks, sign_in
from tests.e2e.live import serving
from tests.e2e.looking import is_for_everybody, unfold
from tests.e2e.states import THEMES, WIDTHS

pytestmark = [pytest.mark.e2e, pytest.mark.proves("U-01")]

FAULTS = (
    "UPDATE courses_page SET due_at = NULL, weight = 40 WHERE key = 'quiz-2-6'",
    """UPDATE courses_page SET available_from = datetime(due_at, '+2 days'), weight = 30, late_work = 'reduced'
       WHERE key = 'quiz-4-6'""",
    "UPDATE courses_page SET gradebook_title = 'Examination' WHERE key = 'page-1-1'",
    "UPDATE courses_learner SET email = 'same@learners.example' WHERE external_id IN ('ext-l01', 'ext-l02')",
)


@pytest.fixture(scope="module")
def desks(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    """The sample section with a few faults; a server of its own."""
    folder = tmp_path_factory.mktemp("tray")
    with serving(folder) as live:
        with closing(sqlite3.connect(folder / "lectern.sqlite3", timeout=10)) as database, database:
            for statement in FAULTS:
                database.execute(statement)
        found = Desks(browser, live, sign_in(browser, live))
        yield found
        found.close()


def issue(here: Desk, fault: str) -> str:
    """The selector of the first listed issue of this fault."""
    return f"#{here.page.locator(f'.issue[data-fault={fault}]').first.get_attribute('id')}"


def test_the_dashboard_leads_to_the_tray_and_the_tray_back(desks: Desks) -> None:
    here = desks()
    here.open()

    here.page.click("#to-tray")
    here.page.locator("#issues").wait_for()
    here.page.locator("#issues a").first.click()

    assert "?scope=container:unit-" in here.page.url
    assert here.complaints == []


@pytest.mark.parametrize("javascript", [True, False])
def test_an_issue_is_begun_ignored_with_a_yes_and_taken_back(javascript: bool, desks: Desks) -> None:
    here = desks(javascript=javascript)
    here.open("tray/?kind=due_dates")
    where = issue(here, "missing_due_date")

    here.page.locator(where).locator("button[value=start]").click()
    assert here.page.locator(where).get_attribute("data-status") == "in_progress"
    here.page.locator(where).locator("summary").click()
    here.page.locator(where).locator("input[name=reason]").fill("it is a mock exam")
    here.page.locator(where).locator("button[value=ignore]").click()
    here.page.click("#confirm")
    assert here.page.locator(where).count() == 0
    assert "1 issue was changed." in here.page.inner_text("#messages")
    here.page.locator(".undo button").first.click()
    assert here.page.locator(where).get_attribute("data-status") == "in_progress"
    here.page.locator(where).locator("button[value=reopen]").click()

    assert here.page.url.endswith("?kind=due_dates")
    assert here.page.locator(where).get_attribute("data-status") == "open"
    assert here.complaints == []


def test_everything_is_reached_and_done_by_keyboard(desks: Desks) -> None:
    here = desks()
    here.open("tray/?kind=identity")
    box = here.page.locator(".issue[data-fault=same_email] input[type=checkbox]")

    box.focus()
    here.page.keyboard.press("Space")
    here.page.keyboard.press("Tab")
    reached = here.page.evaluate("document.activeElement.closest('.issue') !== null")
    here.page.locator("#verb").focus()
    here.page.keyboard.press("Tab")
    here.page.locator("#bulk-go").focus()
    here.page.keyboard.press("Enter")

    here.page.locator("#messages .notice").wait_for()
    assert reached
    assert here.page.locator(".issue[data-fault=same_email]").get_attribute("data-status") == "in_progress"
    here.page.locator(".undo button").first.click()


@pytest.mark.parametrize("dark", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "query",
    ["", *(pytest.param(q, marks=pytest.mark.long) for q in ("?sort=mine&show=all", "?show=closed&severity=critical"))],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    query: str, width: int, dark: bool, desks: Desks
) -> None:
    here = desks(dark=dark, width=width, reduced=True)
    here.open(f"tray/{query}")
    unfold(here)

    is_for_everybody(here, f"tray {query} {dark} {width}")


def test_axe_finds_nothing_where_somebody_is_asked_first(desks: Desks) -> None:
    here = desks(width=320, reduced=True)
    here.open("tray/")
    for box in here.page.locator(".issue input[type=checkbox]").all()[:2]:
        box.check()

    here.page.click("#bulk-go")

    here.page.locator("#confirm").wait_for()
    is_for_everybody(here, "tray asked first")

"""Chromium on the sample server. Where there is no Chromium the tests say so and are skipped.

All of it lasts as long as this folder's tests: an open Playwright keeps an event loop running in this thread, in which
no other test could run its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.e2e.live import Live, serving
from tests.e2e.sample import PASSWORD, USER

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the sample server, and whatever a test puts beside it."""
    return tmp_path_factory.mktemp("e2e")


@pytest.fixture(scope="package")
def live(folder: Path) -> Iterator[Live]:
    with serving(folder) as server:
        yield server


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("no Chromium on this machine: the browser tests did NOT run")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def signed_in(browser: Browser, live: Live) -> str:
    return sign_in(browser, live)


def sign_in(browser: Browser, live: Live, user: str = USER) -> str:
    """The session cookie of an instructor, got by signing in once as a person does."""
    page = browser.new_page()
    page.goto(live.dashboard)
    page.fill("#id_username", user)
    page.fill("#id_password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(live.dashboard)
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    page.close()
    return cookie["value"]


@dataclass(slots=True)
class Desk:
    """A page of the instructor's browser, and everything it complained about."""

    page: Page
    live: Live
    complaints: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> None:
        self.page.goto(self.live.dashboard + query)

    def wait_until_ready(self, scope: str = "course") -> None:
        """Five tiles of this scope, ready and idle."""
        tile = f'section[data-scope="{scope}"][data-readiness="ready"][data-work="idle"]'
        self.page.locator(tile).nth(4).wait_for(timeout=10_000)

    def is_live(self) -> None:
        self.page.locator('#dashboard[data-state="live"]').wait_for(timeout=10_000)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


class Desks:
    """Opens desks and closes them all at the end of a test."""

    def __init__(self, browser: Browser, live: Live, session: str) -> None:
        self._browser = browser
        self.live = live
        self._session = session
        self._open: list[BrowserContext] = []
        self._desks: list[Desk] = []

    def __call__(
        self, *, width: int = 1440, dark: bool = False, javascript: bool = True, reduced: bool = False
    ) -> Desk:
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce" if reduced else "no-preference",
        )
        context.add_cookies([{"name": "sessionid", "value": self._session, "url": self.live.origin}])
        self._open.append(context)
        desk = Desk(context.new_page(), self.live)
        self._desks.append(desk)
        desk.page.on("console", lambda message: desk.hear(message))  # noqa: PLW0108 it marks what it is given
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        return desk

    def opened(self, query: str = "") -> Desk:
        """A desk on which everything has come up and goes on by itself."""
        desk = self()
        desk.open(query)
        desk.wait_until_ready()
        desk.is_live()
        return desk

    def close(self) -> None:
        """Ends every page; none of them was refused anything by the content security policy."""
        for context in self._open:
            context.close()
        refused = [text for one in self._desks for text in one.complaints if "Content Security Policy" in text]
        self._open, self._desks = [], []
        assert refused == []


@pytest.fixture
def desk(browser: Browser, live: Live, signed_in: str) -> Iterator[Desks]:
    desks = Desks(browser, live, signed_in)
    yield desks
    desks.close()

"""A server whose mail goes into files, and the steps of a decision as a person takes them in a browser."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.conftest import Desk, Desks
from tests.e2e.live import Live

SETTLED_SECONDS = 10


@dataclass(slots=True)
class House:
    """The server, its database, and the folder its mail goes to."""

    live: Live
    folder: Path
    desks: Desks

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "lectern.sqlite3", timeout=10)) as database, database:
            return database.execute(statement, values).fetchall()

    @property
    def sent(self) -> int:
        """Mails that have really left: into files, here."""
        return sum(path.read_text().count("Message-ID:") for path in (self.folder / "mail").glob("*"))

    @property
    def next_decision(self) -> int:
        ((found,),) = self.ask("SELECT COALESCE(MAX(id), 0) + 1 FROM decision_console_decision")
        return int(str(found))


def staged(desk: Desk) -> Page:
    """The page of a message to those who have not handed in the first quiz."""
    desk.open("console/")
    desk.page.locator('#item-quiz-2-6 button[value="message"]').click()
    desk.page.locator('#state[data-state="staged"]').wait_for()
    return desk.page


def in_review(desk: Desk) -> Page:
    page = staged(desk)
    page.click("#review")
    page.locator("#approve").wait_for()
    return page


def edit(page: Page, field: str, text: str) -> None:
    """The decision on the page has a second version, in which the field says this."""
    page.fill(field, text)
    page.click("#save")
    page.locator('#state[data-version="2"]').wait_for()


def learners(page: Page) -> int:
    return int(page.locator('[data-fact="together.learners"]').get_attribute("value") or 0)


def outcome(page: Page, word: str) -> int:
    return page.locator(f'[data-outcome="{word}"]').count()


def wait_until_done(page: Page) -> None:
    for _ in range(SETTLED_SECONDS * 5):
        if page.locator('.queued[data-state="done"], .queued[data-state="attention"]').count():
            return
        page.wait_for_timeout(200)
        page.reload()
    raise AssertionError("it was not executed")

"""The server is killed between claim and send: everybody gets one mail, and the page tells the truth about each."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.dashboard_project.processes import MANAGE, ROOT
from tests.e2e.conftest import Desks, sign_in
from tests.e2e.live import Live, _free_port, _wait_for
from tests.e2e.prepared import put_the_sample_into
from tests.faults.mail_server import MailServer

pytestmark = pytest.mark.e2e
SENT_BEFORE = 1
PATIENCE_SECONDS = 60


@dataclass(slots=True)
class House:
    """A database that outlives its servers, and a mail server that may fall silent."""

    folder: Path
    mail: MailServer

    @property
    def environment(self) -> dict[str, str]:
        ours = {"LECTERN_VAR": str(self.folder), "REDIS_URL": "off", "DATABASE_URL": "", "DEBUG": "1"}
        return {**os.environ, **ours, "EMAIL_URL": self.mail.url}

    def serve(self) -> tuple[Live, subprocess.Popen[bytes]]:
        """A server, until it is killed."""
        live = Live(_free_port())
        with (self.folder / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.e2e.server", str(live.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        _wait_for(live, process, self.folder)
        return live, process

    def run(self, *words: str) -> None:
        """Whatever it says, it has come to its end."""
        command = [sys.executable, MANAGE, *words]
        subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, check=False, timeout=120)

    def an_hour_passes(self) -> None:
        with closing(sqlite3.connect(self.folder / "lectern.sqlite3", timeout=10)) as database, database:
            database.execute("UPDATE outbox_outgoingmail SET claimed_at = datetime(claimed_at, '-1 hour')")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    put_the_sample_into(tmp_path)
    with MailServer() as mail:
        yield House(tmp_path, mail)


def executed(page: Page, live: Live) -> str:
    """A message to those who have not handed in the first quiz is under way; the address of its decision."""
    page.goto(live.dashboard + "console/")
    page.locator('#item-quiz-2-6 button[value="message"]').click()
    page.locator("#state").wait_for()
    address = page.url
    page.click("#review")
    page.click("#approve")
    page.click("#execute")
    page.locator('.queued[data-state="executing"]').wait_for()
    return address


def outcomes(page: Page, word: str) -> int:
    return page.locator(f'[data-outcome="{word}"]').count()


@pytest.mark.proves("K-07", "K-09", "O-08")
def test_a_server_killed_between_claim_and_send_leaves_one_mail_each_and_one_that_a_person_settles(
    house: House, browser: Browser
) -> None:
    house.mail.silent_after = SENT_BEFORE
    live, server = house.serve()
    session = sign_in(browser, live)
    desks = Desks(browser, live, session)
    address = executed(desks().page, live)
    assert house.mail.went_silent.wait(PATIENCE_SECONDS)
    server.kill()
    server.wait()
    desks.close()
    house.mail.silent_after = None

    again, second = house.serve()
    house.an_hour_passes()
    house.run("run_schedule", "--once")
    desks = Desks(browser, again, session)
    page = desks().page
    page.goto(address.replace(live.origin, again.origin))
    told = (outcomes(page, "done"), outcomes(page, "unknown"), outcomes(page, "queued"))
    mails = house.mail.taken.total()
    page.locator('button[name="as"][value="arrived"]').first.click()
    page.locator("#messages").wait_for()
    settled = (outcomes(page, "done"), outcomes(page, "unknown"))
    desks.close()
    second.kill()
    second.wait()

    assert mails > SENT_BEFORE + 1
    assert told == (mails - 1, 1, 0)
    assert settled == (mails, 0)
    assert set(house.mail.taken.values()) == {1}

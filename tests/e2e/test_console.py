"""Decide → review → approve → execute, in browsers: double clicks, two tabs, two people, a change in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import Desk, Desks, sign_in
from tests.e2e.live import Live, serving
from tests.e2e.sample import PASSWORD
from tests.e2e.states import THEMES, WIDTHS

pytestmark = pytest.mark.e2e

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


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("console")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMAIL_URL", f"file://{folder}/mail")
        with serving(folder) as live:
            desks = Desks(browser, live, sign_in(browser, live))
            yield House(live, folder, desks)
            desks.close()


@pytest.fixture(autouse=True)
def _nobody_has_been_written_to(house: House) -> None:
    """Contacts and open slots of the test before are not this one's business."""
    house.ask("UPDATE decision_console_contact SET state = 'released'")
    house.ask("UPDATE decision_console_decisiontarget SET is_open = 0")
    house.ask("UPDATE decision_console_decision SET state = 'discarded' WHERE state NOT IN ('done', 'discarded')")
    house.ask("DELETE FROM decision_console_consolesettings")


def staged(house: House, desk: Desk) -> Page:
    """The page of a message to those who have not handed in the first quiz."""
    desk.open("console/")
    desk.page.locator('#item-quiz-2-6 button[value="message"]').click()
    desk.page.locator('#state[data-state="staged"]').wait_for()
    return desk.page


def in_review(house: House, desk: Desk) -> Page:
    page = staged(house, desk)
    page.click("#review")
    page.locator("#approve").wait_for()
    return page


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


@pytest.mark.proves("K-01", "K-09", "K-10", "O-08", "U-01")
@pytest.mark.parametrize("javascript", [True, False])
def test_decide_review_approve_execute(javascript: bool, house: House) -> None:
    desk = house.desks(javascript=javascript)
    before = house.sent
    page = in_review(house, desk)
    count = learners(page)

    page.click("#approve")
    page.click("#execute")
    wait_until_done(page)

    assert count > 0
    assert house.sent - before == count
    assert outcome(page, "done") == count
    assert desk.complaints == []


@pytest.mark.proves("K-09")
def test_a_double_click_is_one_click(house: House) -> None:
    desk = house.desks()
    before, decision = house.sent, house.next_decision
    desk.open("console/")
    desk.page.locator('#item-quiz-2-6 button[value="message"]').dblclick()
    desk.page.locator("#state").wait_for()
    desk.page.locator("#review").dblclick()
    desk.page.locator("#approve").wait_for()
    count = learners(desk.page)
    desk.page.locator("#approve").dblclick()
    desk.page.locator("#execute").wait_for()
    desk.page.locator("#execute").dblclick()
    desk.page.locator("#together, .queued").first.wait_for()
    wait_until_done(desk.page)

    assert house.next_decision == decision + 1
    assert house.sent - before == count


@pytest.mark.proves("K-05", "K-06")
def test_of_two_tabs_that_edit_the_second_is_told(house: House) -> None:
    desk = house.desks()
    page = staged(house, desk)
    other = page.context.new_page()
    other.goto(page.url)

    page.fill("#subject", "From the first tab")
    page.click("#save")
    page.locator('#state[data-version="2"]').wait_for()
    other.fill("#subject", "From the second tab")
    other.click("#save")
    other.locator("#messages .notice--bad").wait_for()

    assert "nothing was overwritten" in other.locator("#messages").inner_text()
    assert other.input_value("#subject") == "From the first tab"


@pytest.mark.proves("K-06")
def test_what_was_edited_after_it_was_looked_at_is_not_approved(house: House) -> None:
    desk = house.desks()
    before = house.sent
    page = in_review(house, desk)
    other = page.context.new_page()
    other.goto(house.live.dashboard + "console/")
    other.locator("#queue-list h3 a").first.click()
    other.fill("#text", "Something quite different.")
    other.click("#save")
    other.locator('#state[data-version="2"]').wait_for()

    page.click("#approve")
    page.locator("#stale").wait_for()
    told = page.locator("#stale").inner_text()
    page.click("#review-again")
    page.locator("#approve").click()
    page.locator("#execute").click()
    wait_until_done(page)

    assert "Something quite different." in told
    assert house.sent > before
    assert "Something quite different." in "".join(path.read_text() for path in (house.folder / "mail").glob("*"))


@pytest.mark.proves("K-06")
def test_what_was_edited_after_the_approval_is_not_executed(house: House) -> None:
    desk = house.desks()
    before = house.sent
    page = in_review(house, desk)
    page.click("#approve")
    page.locator("#execute").wait_for()
    review = page.url
    other = page.context.new_page()
    other.goto(review)
    other.locator(".queued h3 a").first.click()
    other.fill("#subject", "Another subject")
    other.click("#save")
    other.locator('#state[data-version="2"]').wait_for()

    page.click("#execute")
    page.locator("#stale").wait_for()

    assert page.locator("#execute").count() == 0
    assert house.sent == before


@pytest.mark.proves("K-12")
def test_two_approvers_in_two_browsers(house: House, browser: Browser) -> None:
    second(house)
    institution = house.ask("SELECT institution_id FROM courses_section WHERE slug = 'algebra'")[0][0]
    house.ask(
        "INSERT INTO decision_console_consolesettings (institution_id, needs_second_approver, weekly_contacts, "
        "staged_days) SELECT id, 1, 3, 14 FROM courses_institution WHERE slug = 'lakeside'"
    )
    assert institution
    before = house.sent
    page = in_review(house, house.desks())
    count = learners(page)
    page.click("#approve")
    page.locator("#second").wait_for()
    waits = page.locator("#execute").count()
    context = browser.new_context()
    other = context.new_page()
    other.goto(page.url)
    other.fill("#id_username", "ivan")
    other.fill("#id_password", PASSWORD)
    other.click("button.primary")
    other.locator("#approve").click()
    other.locator("#execute").click()
    wait_until_done(other)
    context.close()

    assert waits == 0
    assert house.sent - before == count


def second(house: House) -> None:
    """Another instructor of the section, made as the first was."""
    if house.ask("SELECT 1 FROM auth_user WHERE username = 'ivan'"):
        return
    columns = [str(row[1]) for row in house.ask("PRAGMA table_info(auth_user)") if row[1] not in {"id", "username"}]
    names = ", ".join(columns)
    house.ask(
        f"INSERT INTO auth_user (username, {names}) SELECT 'ivan', {names} FROM auth_user WHERE username = 'ines'"
    )
    (pk,) = house.ask("SELECT id FROM auth_user WHERE username = 'ivan'")[0]
    (first,) = house.ask("SELECT id FROM auth_user WHERE username = 'ines'")[0]
    for table, column in (
        ("courses_membership", "role, institution_id"),
        ("courses_teaching", "role, institution_id, section_id"),
    ):
        house.ask(
            f"INSERT INTO {table} (user_id, {column}) SELECT ?, {column} FROM {table} WHERE user_id = ?", pk, first
        )


@pytest.mark.proves("K-15")
def test_a_learner_who_submitted_meanwhile_is_skipped_and_it_is_said(house: House) -> None:
    desk = house.desks()
    before = house.sent
    page = in_review(house, desk)
    count = learners(page)
    page.click("#approve")
    page.locator("#execute").wait_for()
    house.ask(
        "INSERT INTO courses_assessmentscore (institution_id, section_id, page_id, learner_id, attempts, submitted_at, "
        "latest_at, latest_sequence, latest_event_id) SELECT t.institution_id, t.section_id, d.page_id, t.learner_id, "
        "1, datetime('now', '+1 minute'), datetime('now'), 0, lower(hex(randomblob(16))) "
        "FROM decision_console_decisiontarget t JOIN decision_console_decision d ON d.id = t.decision_id "
        "WHERE t.outcome = 'waiting' ORDER BY t.id LIMIT 1"
    )

    page.click("#execute")
    wait_until_done(page)

    assert (outcome(page, "skipped"), outcome(page, "done")) == (1, count - 1)
    assert "submitted meanwhile" in page.locator('[data-outcome="skipped"]').inner_text()
    assert house.sent - before == count - 1
    house.ask("DELETE FROM courses_assessmentscore WHERE submitted_at > datetime('now', '-1 hour')")


@pytest.mark.proves("K-08")
def test_what_is_discarded_leaves_nothing(house: House) -> None:
    desk = house.desks()
    before = house.sent
    page = staged(house, desk)

    page.click("#discard")
    page.locator("#nothing-staged").wait_for()

    assert house.sent == before


@pytest.mark.proves("K-10")
def test_what_is_snoozed_or_has_a_time_says_until_when(house: House) -> None:
    page = staged(house, house.desks())
    page.locator(".snoozing summary").click()
    page.fill("#until", "2099-01-02T10:00")
    page.click("#snooze")

    row = page.locator('.queued[data-state="snoozed"]')
    row.wait_for()

    assert "2 Jan 2099, 10:00" in row.inner_text()


@pytest.mark.proves("K-14", "K-03")
def test_what_if_is_asked_of_staged_decisions(house: House) -> None:
    page = staged(house, house.desks())
    page.click("#to-console-page")

    page.locator(".what-if input").first.check()
    page.click("#ask")

    assert int(page.locator('[data-fact="what-if.mails"]').get_attribute("value") or 0) > 0


@pytest.mark.proves("O-05")
@pytest.mark.parametrize("path", ["console/999999/", "console/review/999999/"])
def test_what_is_not_there_is_a_404(path: str, house: House) -> None:
    desk = house.desks()

    answer = desk.page.goto(house.live.dashboard + path)

    assert answer is not None
    assert answer.status == 404


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
    page = in_review(house, desk)
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

"""What happens in between: two clicks, two tabs, two people, an answer that came; nothing is done unseen or twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.console.house import House, edit, in_review, learners, outcome, staged, wait_until_done
from tests.e2e.sample import PASSWORD

pytestmark = pytest.mark.e2e


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
    page = staged(desk)
    other = page.context.new_page()
    other.goto(page.url)

    edit(page, "#subject", "From the first tab")
    other.fill("#subject", "From the second tab")
    other.click("#save")
    other.locator("#messages .notice--bad").wait_for()

    assert "nothing was overwritten" in other.locator("#messages").inner_text()
    assert other.input_value("#subject") == "From the first tab"


@pytest.mark.proves("K-06")
def test_what_was_edited_after_it_was_looked_at_is_not_approved(house: House) -> None:
    desk = house.desks()
    before = house.sent
    page = in_review(desk)
    other = page.context.new_page()
    other.goto(house.live.dashboard + "console/")
    other.locator("#queue-list h3 a").first.click()
    edit(other, "#text", "Something quite different.")

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
    page = in_review(desk)
    page.click("#approve")
    page.locator("#execute").wait_for()
    review = page.url
    other = page.context.new_page()
    other.goto(review)
    other.locator(".queued h3 a").first.click()
    edit(other, "#subject", "Another subject")

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
    page = in_review(house.desks())
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
    page = in_review(desk)
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

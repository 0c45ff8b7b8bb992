"""Decide, review, approve, execute in a browser; and to discard, to snooze, to ask what if."""

from __future__ import annotations

import pytest

from tests.e2e.console.house import House, in_review, learners, outcome, staged, wait_until_done

pytestmark = pytest.mark.e2e


@pytest.mark.proves("K-01", "K-09", "K-10", "O-08", "U-01")
@pytest.mark.parametrize("javascript", [True, False])
def test_decide_review_approve_execute(javascript: bool, house: House) -> None:
    desk = house.desks(javascript=javascript)
    before = house.sent
    page = in_review(desk)
    count = learners(page)

    page.click("#approve")
    page.click("#execute")
    wait_until_done(page)

    assert count > 0
    assert house.sent - before == count
    assert outcome(page, "done") == count
    assert desk.complaints == []


@pytest.mark.proves("K-08")
def test_what_is_discarded_leaves_nothing(house: House) -> None:
    desk = house.desks()
    before = house.sent
    page = staged(desk)

    page.click("#discard")
    page.locator("#nothing-staged").wait_for()

    assert house.sent == before


@pytest.mark.proves("K-10")
def test_what_is_snoozed_or_has_a_time_says_until_when(house: House) -> None:
    page = staged(house.desks())
    page.locator(".snoozing summary").click()
    page.fill("#until", "2099-01-02T10:00")
    page.click("#snooze")

    row = page.locator('.queued[data-state="snoozed"]')
    row.wait_for()

    assert "2 Jan 2099, 10:00" in row.inner_text()


@pytest.mark.proves("K-14", "K-03")
def test_what_if_is_asked_of_staged_decisions(house: House) -> None:
    page = staged(house.desks())
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

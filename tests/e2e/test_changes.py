"""What changed, in a browser: from the dashboard with a click, without a script, readable for everybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Desks, sign_in
from tests.e2e.live import serving
from tests.e2e.looking import is_for_everybody, unfold
from tests.e2e.states import THEMES, WIDTHS
from tests.e2e.writing import Statement, answered, by_post, token

pytestmark = pytest.mark.e2e

A_WEEK_AGO = (
    "UPDATE courses_keptfacts SET day = date(day, '-8 days'), taken_at = datetime(taken_at, '-8 days')",
    """UPDATE courses_keptfacts SET facts = json_remove(json_set(facts, '$."progress.unit-99.completed"', 3,
       '$."assessments.quiz-2-6.mean"', NULL), '$."progress.unit-4.completed"')""",
)
"""What was kept a moment ago was kept last week; one unit was taught only then, one was not yet."""


@pytest.fixture(scope="module")
def desks(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    """A section that was looked at last week, with a few hundred answers since; a server of its own."""
    folder = tmp_path_factory.mktemp("changes")
    with serving(folder) as live:
        found = Desks(browser, live, sign_in(browser, live))
        _look_until_it_is_kept(found)
        with closing(sqlite3.connect(folder / "lectern.sqlite3", timeout=10)) as database, database:
            for statement in A_WEEK_AGO:
                database.execute(statement)
        by_post(live, token(folder), _answers())
        yield found
        found.close()


def _look_until_it_is_kept(desks: Desks) -> None:
    """It is kept behind the page, soon after it was shown."""
    here = desks(javascript=False)
    here.open("?complete=1")
    here.wait_until_ready()
    for _ in range(50):
        here.open("changes/")
        if here.page.locator("#since optgroup").count():
            return
        here.page.wait_for_timeout(100)
    raise AssertionError("the numbers that were shown were not kept")


def _answers() -> list[Statement]:
    now = datetime.now(UTC)
    return [
        {**answered(learner, f"page-{unit}-1", question, success=(learner + unit) % 3 != 0),
         "timestamp": (now - timedelta(days=7 * week, hours=1)).isoformat()}
        for week, unit in enumerate((9, 8, 7, 6, 5, 4, 3))
        for learner in range(0, 50 - 6 * week, 3)
        for question in range(3)
    ]  # fmt: skip


def test_a_click_on_the_dashboard_leads_to_what_changed(desks: Desks) -> None:
    here = desks()
    here.open("?scope=container:unit-9")
    here.wait_until_ready("container:unit-9")

    here.page.click("#changes")

    here.page.locator("#nothing").wait_for()
    assert here.page.input_value("#scope") == "container:unit-9"
    assert here.complaints == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_choice_is_answered_with_or_without_a_script(javascript: bool, desks: Desks) -> None:
    here = desks(javascript=javascript)
    here.open("changes/")

    here.page.select_option("#since", "week")
    here.page.click("#show")

    here.page.locator("#compared").wait_for()
    assert here.page.locator("[data-kind=moved]").count() > 0
    assert here.page.locator("[data-kind=appeared] th").inner_text().startswith("Systems of equations")
    assert here.page.locator("[data-kind=vanished] th").inner_text().startswith("unit-99")
    assert here.page.locator('[data-fact="changes.events"]').get_attribute("value") == str(len(_answers()))
    assert here.complaints == []


@pytest.mark.parametrize("since", ["week", pytest.param("last-visit", marks=pytest.mark.long)])
@pytest.mark.parametrize("dark", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    width: int, dark: bool, since: str, desks: Desks
) -> None:
    here = desks(dark=dark, width=width, reduced=True)
    here.open(f"changes/?since={since}")
    unfold(here)

    is_for_everybody(here, f"changes since {since} {dark} {width}")

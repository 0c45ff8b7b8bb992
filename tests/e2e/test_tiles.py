"""The tiles under a person's hands: bars and cards list learners, selections stay, one filter is for all tiles."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Desk, Desks
from tests.e2e.looking import is_for_everybody, unfold
from tests.e2e.states import THEMES, WIDTHS

pytestmark = pytest.mark.e2e

OPEN = "?p.open=unit-6&a.list=quiz-6-6:todo&f=bucket:struggling"
FACTS = """() => Object.fromEntries(
  [...document.querySelectorAll('[data-fact]')].map((one) => [one.dataset.fact, one.value]))"""
CHOSEN = "() => new FormData(document.getElementById('selection')).getAll('learner')"


def ready(desk: Desk, query: str = "", scope: str = "course") -> Desk:
    desk.open(query)
    desk.wait_until_ready(scope)
    desk.is_live()
    return desk


def number(text: str) -> int:
    found = re.search(r"\d+", text)
    assert found, text
    return int(found[0])


@pytest.mark.proves("ROW-T4", "UX-13", "UX-25")
def test_enter_on_a_bar_lists_who_is_behind_it_and_leaves_the_focus_there(desk: Desks) -> None:
    here = ready(desk())

    here.page.focus("#bar-unit-6")
    here.page.keyboard.press("Enter")
    here.page.locator("#behind-list tbody tr").first.wait_for()

    assert here.page.evaluate("document.activeElement.id") == "bar-unit-6"
    assert here.page.get_attribute("#bar-unit-6", "aria-expanded") == "true"
    assert here.page.url.endswith("?p.open=unit-6")
    done = number(here.page.inner_text("#bar-unit-6 .bar-value"))
    assert number(here.page.inner_text("#behind-done")) == done
    assert number(here.page.inner_text("#behind-todo")) == 52 - done
    here.page.click("#behind-done")
    expect(here.page.locator("#behind-list tbody tr")).to_have_count(done)
    assert here.complaints == []


@pytest.mark.proves("ROW-T4")
def test_back_and_close_take_the_list_away(desk: Desks) -> None:
    here = ready(desk())
    here.page.click("#bar-unit-6")
    here.page.locator("#behind-list").wait_for()

    here.page.click("#behind-close")

    expect(here.page.locator("#behind")).to_have_count(0)
    assert here.page.get_attribute("#bar-unit-6", "aria-expanded") == "false"
    here.page.wait_for_url(here.live.dashboard)


@pytest.mark.proves("ROW-T4")
def test_more_rows_come_without_losing_the_place(desk: Desks) -> None:
    here = ready(desk(), "?p.open=unit-7")
    here.page.locator("#behind-list tbody tr").nth(19).wait_for()
    here.page.locator("#behind-more").scroll_into_view_if_needed()
    before = here.page.evaluate("document.getElementById('behind-list').scrollTop")

    here.page.click("#behind-more")

    expect(here.page.locator("#behind-list tbody tr")).to_have_count(40)
    assert before > 0
    assert abs(here.page.evaluate("document.getElementById('behind-list').scrollTop") - before) < 2


@pytest.mark.proves("ROW-T3", "UX-1")
def test_another_threshold_keeps_the_page_of_bars_and_another_scope_begins_anew(desk: Desks) -> None:
    here = ready(desk())
    here.page.click("#bars-next")
    here.page.locator("#bar-unit-8").wait_for()

    here.page.select_option("#threshold", "50")
    here.page.wait_for_url("**/?p.threshold=50&p.page=2")
    here.page.locator("#bar-unit-8").wait_for()
    here.page.select_option("#scope", "container:unit-6")
    here.wait_until_ready("container:unit-6")

    here.page.wait_for_url("**/?scope=container:unit-6&p.threshold=50")
    assert here.page.inner_text("#bars-axis") == "Course pages"


@pytest.mark.proves("UX-5")
def test_who_is_selected_stays_selected_while_the_tile_is_painted_again(desk: Desks) -> None:
    here = ready(desk(), "?p.open=unit-6")
    boxes = here.page.locator("#behind-list input")
    boxes.nth(2).check()
    boxes.nth(4).check()
    chosen = here.page.evaluate(CHOSEN)

    here.page.locator("#mode-percent").check(force=True)
    here.page.locator("#bar-unit-6 .bar-value", has_text="%").wait_for()

    assert len(chosen) == 2
    assert here.page.evaluate(CHOSEN) == chosen
    here.page.click("#behind-select")
    here.page.locator('#behind-list input[id^="behind-picked"]').first.wait_for()
    assert len(here.page.evaluate(CHOSEN)) == 20
    here.page.click("#behind-select")
    here.page.locator('#behind-list input[id^="behind-pick-"]').first.wait_for()
    assert here.page.evaluate(CHOSEN) == []


@pytest.mark.proves("UX-5", "ROW-T4")
def test_the_selected_are_carried_to_a_message(desk: Desks) -> None:
    here = ready(desk(), "?p.open=unit-6")
    names = here.page.locator("#behind-list tbody label").all_inner_texts()[:2]
    for place in (0, 1):
        here.page.locator("#behind-list input").nth(place).check()

    here.page.click("#behind-write")

    here.page.wait_for_url("**/console/**")
    text = here.page.inner_text("main")
    assert all(name.strip() in text for name in names)


@pytest.mark.proves("UX-14")
def test_a_bucket_is_marked_in_every_tile_and_no_number_of_the_class_changes(desk: Desks) -> None:
    here = ready(desk(), "?p.threshold=50")
    before = here.page.evaluate(FACTS)
    struggling = int(before["student_support.struggling.count"])

    here.page.click("#only-bucket")

    expect(here.page.locator("#tile-progress .among-value").first).to_contain_text(f"of these {struggling}")
    expect(here.page.locator("#tile-assessments .among-value").first).to_contain_text(f"of these {struggling}")
    assert here.page.evaluate(FACTS) == before
    assert here.page.url.endswith("?p.threshold=50&f=bucket:struggling")
    here.page.click("#only-clear-progress")
    expect(here.page.locator(".among-value")).to_have_count(0)
    here.page.wait_for_url("**/?p.threshold=50")
    assert here.complaints == []


@pytest.mark.proves("UX-14", "ROW-T8", "UX-d")
def test_those_without_a_score_can_be_what_the_other_lists_are_about(desk: Desks) -> None:
    here = ready(desk(), "?s.bucket=on_track")
    here.page.click("#open-quiz-8-6")
    here.page.click("#list-quiz-8-6-todo")
    here.page.locator("#listed-quiz-8-6-list tbody tr").first.wait_for()
    todo = number(here.page.inner_text("#list-quiz-8-6-todo"))
    rows_before = here.page.locator("#support-scroll tbody tr").count()

    here.page.click("#only-listed-quiz-8-6")

    chip = here.page.locator("#tile-student_support .only")
    expect(chip).to_contain_text("Without a score")
    expect(chip).to_contain_text(f"only these {todo} learners")
    assert here.page.locator("#support-scroll tbody tr").count() <= rows_before
    here.page.click("#bar-unit-7")
    expect(here.page.locator("#behind .base").first).to_contain_text("among those whom the view is limited to")


@pytest.mark.proves("ROW-T4", "ROW-T8")
def test_without_javascript_bars_and_cards_list_their_learners(desk: Desks) -> None:
    here = desk(javascript=False)
    here.open("?complete=1")

    here.page.click("#bar-unit-6")
    here.page.locator("#behind-list").wait_for()
    here.page.click("#behind-done")
    assert number(here.page.inner_text("#behind-done")) == here.page.locator("#behind-list tbody tr").count()
    here.page.click("#open-quiz-6-6")
    here.page.click("#list-quiz-6-6-todo")
    here.page.locator("#listed-quiz-6-6-list").wait_for()

    assert here.page.locator("#behind-list").count() == 1
    assert number(here.page.inner_text("#list-quiz-6-6-todo")) == 52 - number(
        here.page.inner_text("#open-quiz-6-6 .chip")
    )


@pytest.mark.proves("ROW-T7", "UX-6", "UX-25")
def test_objectives_are_sorted_as_asked(desk: Desks) -> None:
    here = ready(desk())

    here.page.select_option("#sort", "proficiency")
    here.page.wait_for_url("**/?o.sort=proficiency")

    expect(here.page.locator("#objectives-list .objective").first).to_contain_text("modelling project")
    values = [float(text.split()[0]) for text in here.page.locator("#objectives-list .bar-value").all_inner_texts()]
    assert values == sorted(values)
    assert len(values) >= 2


@pytest.mark.proves("UX-25")
@pytest.mark.parametrize("dark", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_with_every_list_open(dark: bool, width: int, desk: Desks) -> None:
    here = ready(desk(dark=dark, width=width, reduced=True), OPEN)
    here.page.locator("#behind-list").wait_for()
    unfold(here)

    is_for_everybody(here, f"every list open {dark} {width}")

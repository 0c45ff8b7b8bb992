"""The theme somebody chose, what stands on paper, and that nobody is shut out whatever is open."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Desk, Desks
from tests.e2e.looking import is_for_everybody

pytestmark = pytest.mark.e2e


@pytest.mark.proves("UX-24")
@pytest.mark.parametrize("dark", [False, True])
def test_a_theme_that_was_chosen_goes_before_the_systems_from_the_first_paint(dark: bool, desk: Desks) -> None:
    here = desk(dark=dark)
    here.open()
    here.page.click("#display")

    here.page.click("#theme-light" if dark else "#theme-dark")

    here.wait_until_ready()
    paper = here.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(253, 253, 252)" if dark else "rgb(19, 21, 24)")
    here.page.click("#display")
    here.page.click("#theme-auto")
    assert here.page.get_attribute("html", "data-theme") is None


@pytest.mark.proves("UX-24")
def test_on_paper_stand_course_scope_time_numbers_and_tables_and_no_control(here: Desk) -> None:
    here.page.emulate_media(media="print", color_scheme="dark")

    for selector in ("h1", "#view-head .label", "#as-of", "#tile-progress .table table", "#tile-summary .figure"):
        assert here.page.locator(selector).first.is_visible(), selector
    for selector in (
        "#brand",
        "#scope",
        "#find",
        "#pause",
        "#refresh",
        "#export",
        "#arrange",
        "#fold-progress",
        "#mode-percent",
    ):
        assert not here.page.locator(selector).is_visible(), selector
    assert here.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(253, 253, 252)"
    here.page.emulate_media(media="screen")


WAYS = {
    "arranging": ["#arrange"],
    "collapsed": ["#fold-progress"],
    "views": ["#views-button"],
    "keys": ["#keys"],
    "display": ["#display"],
    "alone": ["label:has(#full-student_support)"],
}


@pytest.mark.proves("ROW-A1", "accessibility:A1", "accessibility:A9")
@pytest.mark.parametrize(("dark", "width"), [pytest.param(False, 1440, marks=pytest.mark.long), (True, 320)])
@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    way: str, dark: bool, width: int, as_usual: None, desk: Desks
) -> None:
    one = desk(dark=dark, width=width, reduced=True)
    one.open()
    one.wait_until_ready()
    one.is_live()
    for selector in WAYS[way]:
        one.page.click(selector)
    one.page.wait_for_timeout(100)
    is_for_everybody(one, f"{way} {'dark' if dark else 'light'} {width}")
    assert one.complaints == []

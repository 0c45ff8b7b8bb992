"""The pages in Spanish, in a browser: nothing is left in English, and its longer words break nothing."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Desk, Desks
from tests.e2e.looking import keep, widths
from tests.e2e.states import AS_PARAMETERS, State
from tests.english import english

pytestmark = [pytest.mark.e2e, pytest.mark.proves("ROW-A2", "accessibility:A9")]

TEXTS = """() => {
    const told = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        if (!walk.currentNode.parentElement.closest('script, code, kbd, samp, template, noscript, [lang=en]')) {
            told.push(walk.currentNode.data);
        }
    }
    for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
        for (const name of ['aria-label', 'title', 'placeholder']) {
            told.push(one.getAttribute(name) ?? '');
        }
    }
    return told;
}"""


def speak_spanish(here: Desk) -> None:
    here.page.context.add_cookies([{"name": "django_language", "value": "es", "url": here.live.origin}])


@pytest.mark.parametrize("width", [320, pytest.param(1440, marks=pytest.mark.long)])
@pytest.mark.parametrize("state", AS_PARAMETERS)
def test_a_page_in_spanish_has_no_english_and_is_no_wider_than_the_window(
    state: State, width: int, desk: Desks
) -> None:
    here = desk(width=width)
    speak_spanish(here)

    state.reach(here)

    keep(here.page, f"spanish {state.name} {width}")
    assert here.page.locator("html").get_attribute("lang") == "es"
    assert english(here.page.evaluate(TEXTS)) == []
    wide, visible = widths(here.page)
    assert wide <= visible


def test_the_language_is_chosen_in_the_menu_and_the_open_page_goes_on_in_it(desk: Desks) -> None:
    here = desk()
    here.open("?scope=container:unit-3")
    here.wait_until_ready("container:unit-3")

    here.page.click("#display")
    here.page.click("#language-es")

    here.wait_until_ready("container:unit-3")
    here.is_live()
    assert here.page.locator("html").get_attribute("lang") == "es"
    assert here.page.locator("#title-summary").inner_text() == "Resumen"
    here.page.select_option("#scope", "container:unit-4")
    here.wait_until_ready("container:unit-4")
    assert english(here.page.evaluate(TEXTS)) == []

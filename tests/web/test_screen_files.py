"""The link to the files names what is kept of what stands on the screen, and nothing while it loads."""

from __future__ import annotations

import re

import pytest

from coordinator.actions import ShowLoading
from coordinator.contract import Cause, Token
from dashboard_project.web.screen import DashboardScreen
from dashboard_project.web.tiles import TileMaker
from tests.web.fakes import NEEDS
from tests.web.screens import ALL, CHOICES, COURSE, UNIT, Page, always, choice, complete


def offered(page: Page) -> list[str]:
    return re.findall(r'<a id="export"[^>]*href="([^"]*)"', "".join(page.frames))


def keeping_screen(page: Page) -> DashboardScreen:
    """What is kept is named for whose it is."""
    return DashboardScreen(
        page.send, TileMaker(NEEDS, page.derive), CHOICES, "en", keep=lambda viewing, _: viewing.view.scope[-3:]
    )


@pytest.mark.proves("P3")
async def test_the_link_of_a_complete_scope_names_what_is_kept_and_that_of_a_loading_one_nothing() -> None:
    page = Page()
    screen = keeping_screen(page)
    screen.choose(choice())
    await screen.paint(complete(), always)
    screen.choose(choice(UNIT))

    await screen.paint([ShowLoading(Token(2), UNIT, ALL, Cause.SELECTED)], always)
    await screen.paint(complete(UNIT, 2)[1:], always)

    path = "/s/lakeside/algebra/export.zip"
    assert offered(page) == [
        f"{path}?snapshot=rse",
        f"{path}?scope=container:unit-1",
        f"{path}?scope=container:unit-1&amp;snapshot=t-1",
    ]


async def test_while_numbers_refresh_the_link_names_what_still_stands_there() -> None:
    page = Page()
    screen = keeping_screen(page)
    screen.choose(choice())
    await screen.paint(complete(), always)
    page.frames.clear()

    await screen.paint([ShowLoading(Token(2), COURSE, ALL, Cause.DATA_CHANGED)], always)

    assert page.frames
    assert offered(page) == []

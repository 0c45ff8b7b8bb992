"""What every look at a page asks: does axe find anything, is anything wider than the window; and a picture is kept."""

from __future__ import annotations

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import Desk

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"label-content-name-mismatch": {"enabled": True}, "heading-order": {"enabled": True}},
    "resultTypes": ["violations"],
}
"""Two rules more than the tags bring: a voice command is what one reads, and headings skip no level. Without the last
line axe takes twice as long, to describe what is right."""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds: the rule, and the first few places."""
    found = Axe().run(page, options=OPTIONS)
    return [(rule["id"], [node["html"][:160] for node in rule["nodes"]][:4]) for rule in found.response["violations"]]


def widths(page: Page) -> tuple[int, int]:
    """Of the content and of the window, in CSS pixels."""
    wide, visible = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return int(wide), int(visible)


def keep(page: Page, name: str) -> None:
    """A picture for whoever wants to look: where LECTERN_SHOTS says, if it does."""
    if folder := os.environ.get("LECTERN_SHOTS", ""):
        page.screenshot(path=Path(folder) / f"{re.sub('[^a-z0-9]+', '-', name.lower())}.png", full_page=True)


def is_for_everybody(here: Desk, name: str) -> None:
    """Nobody is shut out of this page as it now stands, and no word of it is beyond the window."""
    keep(here.page, name)
    found = violations(here.page)
    assert found == [], found
    content, window = widths(here.page)
    assert content <= window, f"{content} px of content in a window of {window} px"


def unfold(here: Desk) -> None:
    """Everything that is folded is open: tables, definitions."""
    here.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")

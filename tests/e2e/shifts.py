"""How much the page has moved by itself while it was painted (Layout Instability, the score of `layout-shift`)."""

from __future__ import annotations

from playwright.sync_api import Page

STILL = 0.001
"""Nobody sees it: a tile that gives way by a line of text costs ten times as much."""

WATCH = """window.shift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: 'layout-shift', buffered: true});"""
WATCH_WHATEVER_THE_CAUSE = """() => { window.shift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({type: 'layout-shift'}); }"""


def watch_from_the_next_load(page: Page) -> None:
    """What moves without a hand at it. A watch that was set on the page itself would be gone with its reload."""
    page.add_init_script(WATCH)


def watch_from_now(page: Page) -> None:
    """Until the next load; also what moves because a key was pressed just before."""
    page.evaluate(WATCH_WHATEVER_THE_CAUSE)


def shifted(page: Page) -> float:
    """The score since the watch was set; it must have been."""
    score = page.evaluate("window.shift")
    assert score is not None, "nobody has watched"
    return float(score)

"""How much the page has moved by itself while it was painted (Layout Instability, the score of `layout-shift`)."""

from __future__ import annotations

from playwright.sync_api import Page

LINE_ALONE = 0.002
"""The line that says how live the page is moves its list of states sideways when it becomes live (0.0011 at 1280 px).
Anything else that moves costs more: a tile that gives way by a line of text, ten times as much."""

WATCH = """window.shift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: 'layout-shift', buffered: true});"""


def watch_from_the_next_load(page: Page) -> None:
    """A watch that was set on the page itself would be gone with its reload."""
    page.add_init_script(WATCH)


def shifted(page: Page) -> float:
    """The score since the page was loaded; it must have been watched."""
    score = page.evaluate("window.shift")
    assert score is not None, "nobody has watched"
    return float(score)

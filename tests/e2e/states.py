"""Every state of every page that somebody may have before them, and the way there: a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pytest

from tests.e2e.conftest import Desk

type Way = Callable[[Desk], object]


@dataclass(frozen=True, slots=True)
class State:
    name: str
    path: str = ""
    """After the dashboard's address, or from the root when it begins with a slash."""
    way: Way = lambda _here: None
    """What a person does there."""

    def reach(self, here: Desk) -> None:
        here.page.goto(here.live.origin + self.path if self.path.startswith("/") else here.live.dashboard + self.path)
        self.way(here)


@dataclass(frozen=True, slots=True)
class Surroundings:
    dark: bool
    width: int
    """Of the window, in CSS pixels."""

    def __str__(self) -> str:
        return f"{'dark' if self.dark else 'light'}-{self.width}"


THEMES = (False, pytest.param(True, marks=pytest.mark.long))
"""Dark or not: the short form looks at one."""
WIDTHS = (320, pytest.param(1440, marks=pytest.mark.long))
SURROUNDINGS = tuple(Surroundings(dark, width) for dark, width in product((False, True), (320, 768, 1440)))


def ready(scope: str = "course") -> Way:
    """Five tiles, and live."""

    def way(here: Desk) -> None:
        here.wait_until_ready(scope)
        here.is_live()

    return way


def then(*ways: Way) -> Way:
    def way(here: Desk) -> None:
        for one in ways:
            one(here)

    return way


def unfold(here: Desk) -> None:
    """Everything that is folded is open: tables, definitions."""
    here.page.evaluate("document.querySelectorAll('#dashboard details').forEach((one) => { one.open = true; })")


DASHBOARD = (
    State("course", way=ready()),
    State("unfolded", way=then(ready(), unfold)),
    State("unit", "?scope=container:unit-3", ready("container:unit-3")),
    State("unit nobody has reached", "?scope=container:unit-9", ready("container:unit-9")),
    State("scope that is not there", "?scope=container:nowhere", ready()),
    State("values that mean nothing", "?p.threshold=7&s.bucket=clever", ready()),
    State("inactive only", "?s.bucket=on_track&s.active=0", ready()),
    State("assessment open", "?a.open=quiz-2-6", ready()),
    State(
        "learners listed",
        "?p.open=unit-6&a.list=quiz-8-6:todo&pick=progress",
        then(ready(), unfold),
    ),
    State("filtered", "?p.threshold=60&p.open=unit-6&f=bucket:struggling", then(ready(), unfold)),
    State("paused", "?live=0", lambda here: here.page.locator('#dashboard[data-state="paused"]').wait_for()),
)
PAGES = (
    State("sections", "/"),
    State("not found", "/s/lakeside/nothing/"),
    State("changes", "changes/"),
    State("saved views", "views/"),
    State("parameters", "parameters/"),
    State("tray", "tray/"),
    State("console", "console/"),
    State("digest", "/digest/"),
    State("test drive", "/test-drive/"),
)
STATES = (*DASHBOARD, *PAGES)

"""Every state of every page that somebody may have before them, and the way there: a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from uuid import uuid4

import pytest

from tests.e2e import edges
from tests.e2e.conftest import Desk
from tests.e2e.looking import unfold
from tests.e2e.sample import OPERATOR, PASSWORD

type Way = Callable[[Desk], object]


@dataclass(frozen=True, slots=True)
class State:
    name: str
    path: str = ""
    """After the dashboard's address, or from the root when it begins with a slash."""
    way: Way = lambda _here: None
    """What a person does there."""
    is_like_another: bool = False
    """A variation of a state beside it: looked at in the long form alone."""

    @property
    def marks(self) -> tuple[pytest.MarkDecorator, ...]:
        return (pytest.mark.long,) if self.is_like_another else ()

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


def sign_in_as(name: str) -> Way:
    """Whoever is signed in leaves, and somebody else comes in by the address that is open."""

    def way(here: Desk) -> None:
        wanted = here.page.url
        here.page.context.clear_cookies(name="sessionid")
        here.page.goto(wanted)
        here.page.fill("#id_username", name)
        here.page.fill("#id_password", PASSWORD)
        here.page.click("button.primary")
        here.page.wait_for_url(wanted)

    return way


def refused_at_the_door(here: Desk) -> None:
    here.page.context.clear_cookies(name="sessionid")
    here.page.goto(f"{here.live.origin}/accounts/login/")
    here.page.fill("#id_username", f"somebody-{uuid4()}")
    here.page.fill("#id_password", "something")
    here.page.click("button.primary")
    here.page.locator("[role=alert]").wait_for()


def like(state: State) -> State:
    return replace(state, is_like_another=True)


DASHBOARD = (
    like(State("course", way=ready())),
    State("unfolded", way=then(ready(), unfold)),
    like(State("unit", "?scope=container:unit-3", ready("container:unit-3"))),
    State("unit nobody has reached", "?scope=container:unit-9", ready("container:unit-9")),
    like(State("scope that is not there", "?scope=container:nowhere", ready())),
    State("values that mean nothing", "?p.threshold=7&s.bucket=clever", ready()),
    like(State("inactive only", "?s.bucket=on_track&s.active=0", ready())),
    like(State("assessment open", "?a.open=quiz-2-6", ready())),
    like(State("learners listed", "?p.open=unit-6&a.list=quiz-8-6:todo&pick=progress", then(ready(), unfold))),
    State("filtered", "?p.threshold=60&p.open=unit-6&f=bucket:struggling", then(ready(), unfold)),
    State("paused", "?live=0", lambda here: here.page.locator('#dashboard[data-state="paused"]').wait_for()),
)
AT_THE_EDGE = (
    State("nobody", f"/s/lakeside/{edges.NOBODY}/", then(ready(), unfold)),
    State("words", f"/s/lakeside/{edges.WORDS}/?p.open=unit-1&a.open=quiz-1", then(ready(), unfold)),
    like(State("words of a unit", f"/s/lakeside/{edges.WORDS}/?scope=container:unit-1", ready("container:unit-1"))),
    State("words in the tray", f"/s/lakeside/{edges.WORDS}/tray/"),
    like(State("words in the console", f"/s/lakeside/{edges.WORDS}/console/")),
    like(State("nobody in the tray", f"/s/lakeside/{edges.NOBODY}/tray/")),
    State("nobody in the console", f"/s/lakeside/{edges.NOBODY}/console/"),
    like(State("nobody changed", f"/s/lakeside/{edges.NOBODY}/changes/")),
)
PAGES = (
    State("sections", "/"),
    State("sign in", way=refused_at_the_door),
    State("operators", "/ops/", sign_in_as(OPERATOR)),
    State("changes", "changes/"),
    like(State("saved views", "views/")),
    State("parameters", "parameters/"),
    State("tray", "tray/"),
    State("console", "console/"),
    State("digest", "/digest/"),
    State("test drive", "/test-drive/"),
)
WRONG = (
    State("not found", "/s/lakeside/nothing/"),
    State("wrong 500", "/wrong/500/"),
    *(like(State(f"wrong {kind}", f"/wrong/{kind}/")) for kind in ("400", "403", "form", "404", "429")),
)
STATES = (*DASHBOARD, *AT_THE_EDGE, *PAGES, *WRONG)
AS_PARAMETERS = [pytest.param(state, id=state.name, marks=state.marks) for state in STATES]

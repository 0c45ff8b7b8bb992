"""A screen whose frames a test reads, and the updates of a coordinator that are painted on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from coordinator.actions import ShowCompletion, ShowLoading, ShowResult, Update
from coordinator.contract import Cause, Outcome, Token
from courses.contract import DashboardContext, Role, ScopeChoice
from dashboard_project.web.choice import Choice
from dashboard_project.web.screen import DashboardScreen
from dashboard_project.web.tiles import TileMaker
from dashboard_project.web.urlstate import ViewState
from oracles.contract import Scope, TenantId
from tests.fakes import loaded
from tests.web.fakes import KEYS, NEEDS, FakeDerive

COURSE = Scope(TenantId(1), 2)
UNIT = Scope(TenantId(1), 2, 3, "unit-1")
CHOICES = (ScopeChoice("course", "Algebra", "course", 0), ScopeChoice("container:unit-1", "Unit <1>", "unit", 1))
ALL = frozenset(KEYS.values())


def context(scope: Scope = COURSE) -> DashboardContext:
    return DashboardContext(scope, Role.INSTRUCTOR, 7, "lakeside", "algebra", "Algebra", "Algebra course", "UTC")


def choice(scope: Scope = COURSE, seq: int = 1, shown: str = "") -> Choice:
    return Choice(context(scope), ViewState(scope=scope.address), seq, shown)


@dataclass(slots=True)
class Page:
    """Every frame that left, and the screen it left from."""

    derive: FakeDerive = field(default_factory=FakeDerive)
    frames: list[str] = field(default_factory=list)

    def screen(self) -> DashboardScreen:
        return DashboardScreen(self.send, TileMaker(NEEDS, self.derive), CHOICES, "en")

    async def send(self, html: str) -> None:
        self.frames.append(html)

    def scopes_of_tiles(self) -> set[str]:
        return set(re.findall(r'<section [^>]*data-scope="([^"]*)"', "".join(self.frames)))


async def standing(chosen: Choice | None = None) -> tuple[Page, DashboardScreen]:
    """A page on which the choice, by default the course, has come up complete; and its screen."""
    page = Page()
    screen = page.screen()
    screen.choose(chosen or choice())
    await screen.paint(complete(), always)
    return page, screen


def complete(scope: Scope = COURSE, token: int = 1) -> list[Update]:
    results = [ShowResult(Token(token), scope, loaded(scope, key)) for key in sorted(ALL)]
    return [
        ShowLoading(Token(token), scope, frozenset(), Cause.SELECTED),
        *results,
        ShowCompletion(Token(token), scope, Outcome.SUCCESS),
    ]


def always() -> bool:
    return True

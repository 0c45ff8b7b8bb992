"""Many dashboards ask for the same tiles at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest

from dashboard_project.web.board import Board, fold
from dashboard_project.web.fragments import RenderedTile
from dashboard_project.web.tiles import TileMaker, Viewing
from dashboard_project.web.urlstate import ViewState
from oracles.contract import Scope
from snapshot.contract import Capability
from tests.web.fakes import NEEDS, FakeDerive
from tests.web.screens import COURSE, UNIT, complete, context

MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CROWD = 6


def board_of(scope: Scope) -> Board:
    board: Board | None = None
    for update in complete(scope):
        board = fold(board, update)
    assert board is not None
    return board


def make(maker: TileMaker, scope: Scope, language: str = "en") -> dict[Capability, RenderedTile]:
    viewing = Viewing(context(scope), ViewState(scope=scope.address), language, MOMENT)
    return maker.make(list(NEEDS), board_of(scope), viewing)


class Gate:
    """The first tile is being made until it is opened."""

    def __init__(self) -> None:
        self.is_reached = Event()
        self.is_open = Event()

    def __call__(self) -> None:
        self.is_reached.set()
        assert self.is_open.wait(10)


@pytest.mark.proves("F10")
def test_tiles_are_made_once_however_many_ask_for_them() -> None:
    gate = Gate()
    derive = FakeDerive(meanwhile=gate)
    maker = TileMaker(NEEDS, derive)

    with ThreadPoolExecutor(CROWD) as crowd:
        asked = [crowd.submit(make, maker, COURSE) for _ in range(CROWD)]
        assert gate.is_reached.wait(10)
        gate.is_open.set()
        shown = [each.result() for each in asked]

    assert sorted(derive.asked) == sorted(NEEDS)
    assert all(tiles == shown[0] for tiles in shown)


def test_what_is_asked_for_in_another_language_or_scope_is_made_for_itself() -> None:
    derive = FakeDerive()
    maker = TileMaker(NEEDS, derive)

    for scope, language in ((COURSE, "en"), (COURSE, "es"), (UNIT, "en")):
        make(maker, scope, language)

    assert len(derive.asked) == 3 * len(NEEDS)

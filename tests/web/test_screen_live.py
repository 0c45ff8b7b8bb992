"""The screen while the data moves: one tile repainted, catching up, stale, paused and resumed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, Update
from coordinator.contract import Cause, Outcome, Token
from dashboard_project.web.choice import Choice
from dashboard_project.web.screen import DashboardScreen
from dashboard_project.web.tiles import TileMaker
from dashboard_project.web.urlstate import ViewState
from oracles.contract import DataStamp, FailureReason
from snapshot.contract import Capability
from tests.builders import MOMENT
from tests.fakes import failed, loaded
from tests.web.fakes import KEYS, NEEDS
from tests.web.screens import ALL, CHOICES, COURSE, UNIT, Page, always, choice, complete, standing


def refreshed(token: int, stamp: int, *, says: str = "", done: bool = True) -> list[Update]:
    """A refresh whose answers are at `stamp`; the progress tile says `says`."""
    updates: list[Update] = [ShowLoading(Token(token), COURSE, ALL, Cause.DATA_CHANGED)]
    for key in sorted(ALL) if done else ():
        label = says if key == KEYS[Capability.PROGRESS] else ""
        answer = replace(loaded(COURSE, key, label=label), stamp=DataStamp(progress=stamp, as_of=MOMENT))
        updates.append(ShowResult(Token(token), COURSE, answer))
    return [*updates, ShowCompletion(Token(token), COURSE, Outcome.SUCCESS)] if done else updates


def paused(seq: int = 1) -> Choice:
    return replace(choice(seq=seq), view=ViewState(live="0"))


def state_in(frame: str) -> str:
    found = re.search(r'id="view-head"[^>]*data-state="([^"]*)"', frame)
    assert found, frame[:300]
    return found[1]


@pytest.mark.proves("coordinator:R17", "S3")
async def test_moved_data_repaints_the_one_tile_that_says_something_else() -> None:
    page, screen = await standing()
    page.frames.clear()

    await screen.paint(refreshed(2, 1, says="Unit 1, renamed"), always)

    assert re.findall(r'<section id="tile-(\w+)"', "".join(page.frames)) == ["progress"]
    assert state_in(page.frames[0]) == "live"
    assert '<time id="as-of" datetime="2026-11-02T09:00:00+00:00">' in page.frames[0]


@pytest.mark.proves("coordinator:R17", "UX-10")
async def test_a_refresh_that_takes_long_says_that_it_catches_up_and_marks_the_tiles() -> None:
    page, screen = await standing()
    page.frames.clear()

    await screen.paint(refreshed(2, 1, done=False), always)

    assert state_in(page.frames[0]) == "catching-up"
    assert page.frames[0].count('data-work="refreshing"') == 5
    assert 'data-readiness="ready"' in page.frames[0]


@pytest.mark.proves("UX-10", "UX-h", "promises:P7")
async def test_newer_data_that_cannot_be_read_leaves_the_numbers_and_says_stale() -> None:
    page, screen = await standing()
    page.frames.clear()
    lost = [ShowFailure(Token(2), COURSE, failed(COURSE, key, FailureReason.DATABASE_UNAVAILABLE)) for key in ALL]

    await screen.paint([*refreshed(2, 1, done=False), *lost, ShowCompletion(Token(2), COURSE, Outcome.FAILED)], always)

    assert state_in(page.frames[0]) == "stale"
    assert page.scopes_of_tiles() == set()


async def test_while_paused_a_refresh_is_not_shown() -> None:
    page, screen = await standing()
    await screen.look(paused())
    page.frames.clear()

    await screen.paint(refreshed(2, 1, says="new"), always)

    assert page.scopes_of_tiles() == set()
    assert "new" not in "".join(page.frames)


async def test_a_refresh_under_way_when_the_page_is_paused_stops_where_it_is() -> None:
    page, screen = await standing()
    first, *rest = refreshed(2, 1, says="new")
    await screen.paint([first], always)
    page.frames.clear()

    await screen.look(paused())
    await screen.paint(rest, always)

    assert state_in(page.frames[0]) == "paused"
    assert page.frames[0].count('data-work="idle"') == 6
    assert "new" not in "".join(page.frames)


async def test_resumed_the_page_shows_the_newest_and_nothing_older_after_it() -> None:
    page, screen = await standing()
    await screen.look(paused())
    held = refreshed(2, 1, says="held back")
    await screen.paint(held[:2], always)
    await screen.look(choice())
    await screen.paint(refreshed(3, 2, says="newest"), always)

    await screen.paint(held[2:], always)

    assert "held back" not in "".join(page.frames)
    (newest,) = (frame for frame in page.frames if "newest" in frame)
    assert state_in(newest) == "live"


async def test_a_paused_page_says_how_many_updates_wait_and_offers_to_go_on() -> None:
    page, screen = await standing(paused())
    page.frames.clear()

    screen.waiting = 3
    await screen.tell()
    await screen.tell()

    (frame,) = page.frames
    assert "3 updates waiting" in frame
    assert 'name="live" value="1">Resume updates' in frame


async def test_a_paused_page_follows_a_person_to_another_scope() -> None:
    page, screen = await standing(paused())

    screen.choose(replace(choice(UNIT, seq=2), view=ViewState(scope=UNIT.address, live="0")))
    await screen.paint(complete(UNIT, 2), always)

    assert state_in(page.frames[-1]) == "paused"
    assert re.findall(r'<section [^>]*data-scope="([^"]*)"', page.frames[-1]) == [UNIT.address] * 5


async def test_a_paused_page_that_comes_back_keeps_its_tiles_until_it_is_resumed() -> None:
    page, screen = await standing(replace(paused(), shown="course"))
    assert page.scopes_of_tiles() == set()

    await screen.look(choice())

    assert page.scopes_of_tiles() == {"course"}


async def test_what_changed_by_itself_is_announced_once_and_never_while_paused() -> None:
    page = Page()
    moments = [0.0]
    screen = DashboardScreen(page.send, TileMaker(NEEDS, page.derive), CHOICES, "en", lambda: moments[-1])
    screen.choose(choice(shown="course"))
    await screen.paint(complete(), always)

    for number in range(2, 6):
        moments.append(number)
        await screen.paint(refreshed(number, number, says=str(number)), always)
    await screen.look(paused())
    moments.append(100)
    await screen.tell()

    assert "".join(page.frames).count("1 tile updated.") == 1


async def test_hints_that_do_not_come_through_are_said() -> None:
    page, screen = await standing()

    screen.is_delayed = True
    await screen.tell()

    assert "updates are slower than usual" in page.frames[-1]

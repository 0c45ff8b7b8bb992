"""The screen: updates become frames, nothing of an older choice leaves, a view change needs no oracle."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import msgspec
import pytest

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, Update
from coordinator.contract import Cause, Outcome, Token
from courses.contract import DashboardContext, Role, ScopeChoice
from dashboard_project.web.choice import Choice
from dashboard_project.web.screen import DashboardScreen
from dashboard_project.web.tiles import TileMaker
from dashboard_project.web.urlstate import Notice, ViewState
from oracles.contract import DataStamp, FailureReason, Scope, TenantId
from snapshot.contract import Capability
from tests.builders import MOMENT
from tests.fakes import failed, loaded
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


def complete(scope: Scope = COURSE, token: int = 1) -> list[Update]:
    results = [ShowResult(Token(token), scope, loaded(scope, key)) for key in sorted(ALL)]
    return [
        ShowLoading(Token(token), scope, frozenset(), Cause.SELECTED),
        *results,
        ShowCompletion(Token(token), scope, Outcome.SUCCESS),
    ]


def always() -> bool:
    return True


@pytest.mark.proves("R3")
async def test_a_complete_answer_is_one_frame_with_the_head_first_and_all_tiles() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice(seq=4))

    await screen.paint(complete(), always)

    (frame,) = page.frames
    assert frame.startswith('<hx-partial hx-target="#view-head"')
    assert 'data-seq="4"' in frame
    assert re.findall(r'id="tile-(\w+)"[^>]*data-token="1" data-readiness="ready" data-work="idle"', frame) == [
        "summary",
        "progress",
        "student_support",
        "challenging_objectives",
        "assessments",
    ]
    assert "Algebra is loaded." in frame


async def test_a_loading_scope_is_skeletons_without_numbers() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())

    await screen.paint([ShowLoading(Token(1), COURSE, ALL, Cause.SELECTED)], always)

    (frame,) = page.frames
    assert frame.count('data-work="loading"') == 6  # the head and five tiles
    assert "data-fact" not in frame
    assert 'aria-busy="true"' in frame


async def test_a_page_that_has_the_tiles_already_is_not_blanked() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice(shown="course"))

    await screen.paint([ShowLoading(Token(1), COURSE, ALL, Cause.SELECTED)], always)

    assert page.scopes_of_tiles() == set()


@pytest.mark.proves("UX-g", "UX-9")
async def test_while_a_newer_choice_loads_the_page_says_which_and_shows_no_number_of_the_older_one() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint([ShowLoading(Token(1), COURSE, ALL, Cause.SELECTED)], always)
    screen.choose(choice(UNIT, seq=2))
    await screen.paint([ShowLoading(Token(2), UNIT, ALL, Cause.SELECTED)], always)

    await screen.paint(complete(COURSE, token=1), always)

    heads = re.findall(r'id="view-head"[^>]* data-scope="([^"]*)"[^>]* data-state="([^"]*)"', "".join(page.frames))
    titles = re.findall(r'id="scope-title"[^>]*>([^<]*)<', "".join(page.frames))
    assert list(dict.fromkeys(heads)) == [("course", "catching-up"), (UNIT.address, "catching-up")]
    assert list(dict.fromkeys(titles)) == ["Algebra", "Unit &lt;1&gt;"]
    assert 'data-readiness="ready"' not in "".join(page.frames)
    assert page.scopes_of_tiles() == {"course", UNIT.address}


@pytest.mark.proves("R3")
async def test_an_answer_for_a_scope_that_is_no_longer_chosen_does_not_leave() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice(COURSE))
    screen.choose(choice(UNIT))

    await screen.paint(complete(COURSE), always)

    assert page.frames == []


@pytest.mark.proves("R3")
async def test_a_choice_made_while_the_text_is_rendered_keeps_the_frame_back() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice(COURSE))
    page.derive.meanwhile = lambda: screen.choose(choice(UNIT))

    await screen.paint(complete(COURSE), always)

    assert page.frames == []


@pytest.mark.proves("R19")
async def test_another_threshold_repaints_one_tile_from_what_is_there() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)
    page.frames.clear()
    page.derive.asked.clear()
    seen = choice()
    view = msgspec.structs.replace(seen.view, mode="percent")

    await screen.look(Choice(seen.context, view, seen.seq))

    (frame,) = page.frames
    assert re.findall(r'<section id="tile-(\w+)"', frame) == ["progress"]
    assert page.derive.asked == [Capability.PROGRESS]


@pytest.mark.proves("R10")
async def test_a_failed_oracle_takes_down_its_own_tile_only() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    updates = complete()
    updates[1] = ShowFailure(Token(1), COURSE, failed(COURSE, KEYS[Capability.ASSESSMENTS], FailureReason.TIMEOUT))

    await screen.paint(updates, always)

    (frame,) = page.frames
    assert len(re.findall(r'data-readiness="ready"', frame)) == 4
    assert re.search(r'id="tile-assessments"[^>]*data-readiness="failed"', frame)
    assert 'id="retry-assessments"' in frame


@pytest.mark.proves("coordinator:R17")
async def test_moved_data_that_changes_no_number_repaints_no_tile() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)
    page.frames.clear()
    again = complete(token=2)
    again[0] = ShowLoading(Token(2), COURSE, frozenset(), Cause.DATA_CHANGED)

    await screen.paint(again, always)

    assert page.scopes_of_tiles() == set()


async def test_the_same_tiles_a_second_time_are_neither_derived_nor_rendered_again() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)
    asked = len(page.derive.asked)

    screen.choose(choice(UNIT))
    await screen.paint(complete(UNIT, 2), always)
    screen.choose(choice(COURSE))
    await screen.paint(complete(COURSE, 3), always)

    assert len(page.derive.asked) == 2 * asked
    assert page.frames[2].count('data-token="3"') == 6


async def test_a_title_with_markup_stays_text() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice(UNIT))

    await screen.paint(complete(UNIT), always)

    assert "Unit <1>" not in page.frames[0]
    assert "Unit &lt;1&gt; is loaded." in page.frames[0]


async def test_a_notice_goes_to_its_own_region() -> None:
    page = Page()

    await page.screen().say(Notice("unreadable_message"))

    assert page.frames[0].startswith('<hx-partial hx-target="#notices" hx-swap="innerHTML"><p class="notice">')


async def test_what_was_said_about_an_older_choice_is_taken_away() -> None:
    page = Page()
    screen = page.screen()
    await screen.say(Notice("unreadable_message"))
    screen.choose(choice())

    await screen.paint(complete(), always)
    screen.choose(choice(UNIT))
    await screen.paint(complete(UNIT, 2), always)

    assert '<hx-partial hx-target="#notices" hx-swap="innerHTML"></hx-partial>' in page.frames[1]
    assert "#notices" not in page.frames[2]


# ---- live -------------------------------------------------------------------------------------------------------


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
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)
    page.frames.clear()

    await screen.paint(refreshed(2, 1, says="Unit 1, renamed"), always)

    assert re.findall(r'<section id="tile-(\w+)"', "".join(page.frames)) == ["progress"]
    assert state_in(page.frames[0]) == "live"
    assert '<time id="as-of" datetime="2026-11-02T09:00:00+00:00">' in page.frames[0]


@pytest.mark.proves("coordinator:R17", "UX-10")
async def test_a_refresh_that_takes_long_says_that_it_catches_up_and_marks_the_tiles() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)
    page.frames.clear()

    await screen.paint(refreshed(2, 1, done=False), always)

    assert state_in(page.frames[0]) == "catching-up"
    assert page.frames[0].count('data-work="refreshing"') == 5
    assert 'data-readiness="ready"' in page.frames[0]


@pytest.mark.proves("UX-10", "UX-h", "promises:P7")
async def test_newer_data_that_cannot_be_read_leaves_the_numbers_and_says_stale() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)
    page.frames.clear()
    lost = [ShowFailure(Token(2), COURSE, failed(COURSE, key, FailureReason.DATABASE_UNAVAILABLE)) for key in ALL]

    await screen.paint([*refreshed(2, 1, done=False), *lost, ShowCompletion(Token(2), COURSE, Outcome.FAILED)], always)

    assert state_in(page.frames[0]) == "stale"
    assert page.scopes_of_tiles() == set()


async def test_while_paused_a_refresh_is_not_shown() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)
    await screen.look(paused())
    page.frames.clear()

    await screen.paint(refreshed(2, 1, says="new"), always)

    assert page.scopes_of_tiles() == set()
    assert "new" not in "".join(page.frames)


async def test_a_refresh_under_way_when_the_page_is_paused_stops_where_it_is() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)
    first, *rest = refreshed(2, 1, says="new")
    await screen.paint([first], always)
    page.frames.clear()

    await screen.look(paused())
    await screen.paint(rest, always)

    assert state_in(page.frames[0]) == "paused"
    assert page.frames[0].count('data-work="idle"') == 6
    assert "new" not in "".join(page.frames)


async def test_resumed_the_page_shows_the_newest_and_nothing_older_after_it() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)
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
    page = Page()
    screen = page.screen()
    screen.choose(paused())
    await screen.paint(complete(), always)
    page.frames.clear()

    screen.waiting = 3
    await screen.tell()
    await screen.tell()

    (frame,) = page.frames
    assert "3 updates waiting" in frame
    assert 'name="live" value="1">Resume updates' in frame


async def test_a_paused_page_follows_a_person_to_another_scope() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(paused())
    await screen.paint(complete(), always)

    screen.choose(replace(choice(UNIT, seq=2), view=ViewState(scope=UNIT.address, live="0")))
    await screen.paint(complete(UNIT, 2), always)

    assert state_in(page.frames[-1]) == "paused"
    assert re.findall(r'<section [^>]*data-scope="([^"]*)"', page.frames[-1]) == [UNIT.address] * 5


async def test_a_paused_page_that_comes_back_keeps_its_tiles_until_it_is_resumed() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(replace(paused(), shown="course"))
    await screen.paint(complete(), always)
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
    page = Page()
    screen = page.screen()
    screen.choose(choice())
    await screen.paint(complete(), always)

    screen.is_delayed = True
    await screen.tell()

    assert "updates are slower than usual" in page.frames[-1]


# ---- what can be had as a file ----------------------------------------------------------------------------------


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

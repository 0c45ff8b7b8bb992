"""The screen: updates become frames, nothing of an older choice leaves, a view change needs no oracle."""

from __future__ import annotations

import re

import msgspec
import pytest

from coordinator.actions import ShowFailure, ShowLoading
from coordinator.contract import Cause, Token
from dashboard_project.web.choice import Choice
from dashboard_project.web.urlstate import Notice
from oracles.contract import FailureReason
from snapshot.contract import Capability
from tests.fakes import failed
from tests.web.fakes import KEYS
from tests.web.screens import ALL, COURSE, UNIT, Page, always, choice, complete, standing


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
    page, screen = await standing()
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
    page, screen = await standing()
    page.frames.clear()
    again = complete(token=2)
    again[0] = ShowLoading(Token(2), COURSE, frozenset(), Cause.DATA_CHANGED)

    await screen.paint(again, always)

    assert page.scopes_of_tiles() == set()


async def test_the_same_tiles_a_second_time_are_neither_derived_nor_rendered_again() -> None:
    page, screen = await standing()
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


async def test_what_the_page_said_as_it_was_loaded_stays_until_something_else_is_looked_at() -> None:
    page = Page()
    screen = page.screen()
    screen.choose(choice())

    await screen.paint(complete(), always)
    screen.choose(choice(UNIT))
    await screen.paint(complete(UNIT, 2), always)

    assert "#notices" not in page.frames[0]
    assert '<hx-partial hx-target="#notices" hx-swap="innerHTML"></hx-partial>' in page.frames[1]


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

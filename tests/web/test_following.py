"""A dashboard follows its section, on a virtual clock: at most once a second, nothing missed, nothing while paused."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from dashboard_project.web.following import AGAIN_SECONDS, PAUSE_SECONDS, Following
from oracles.contract import DataStamp
from tests.fakes import VirtualClock


def at(progress: int) -> DataStamp:
    return DataStamp(progress=progress)


@dataclass(slots=True)
class FakeShown:
    """A screen at some stamp."""

    stamp: DataStamp = field(default_factory=DataStamp)
    is_settled: bool = True
    waiting: list[int] = field(default_factory=list)
    delays: list[bool] = field(default_factory=list)

    def is_at(self, stamp: DataStamp) -> bool:
        return stamp == self.stamp

    def behind(self, stamp: DataStamp) -> int:
        return stamp.progress - self.stamp.progress

    def wait_for(self, updates: int) -> None:
        self.waiting.append(updates)

    def delay(self, *, is_delayed: bool) -> None:
        self.delays.append(is_delayed)


@dataclass(slots=True)
class Page:
    clock: VirtualClock = field(default_factory=VirtualClock)
    shown: FakeShown = field(default_factory=FakeShown)
    asked: list[DataStamp] = field(default_factory=list)
    following: Following = field(init=False)

    def __post_init__(self) -> None:
        self.following = Following(self.clock, self.shown, self.asked.append)

    def answer(self) -> None:
        """What was asked for is on the screen."""
        self.shown.stamp = self.asked[-1]
        self.following.consider()


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.mark.proves("coordinator:R17")
def test_data_that_moved_is_asked_for_at_once(page: Page) -> None:
    page.following.moved(at(1))

    assert page.asked == [at(1)]


def test_data_that_is_on_the_screen_is_not_asked_for(page: Page) -> None:
    page.shown.stamp = at(1)

    page.following.moved(at(1))

    assert page.asked == []


async def test_moves_come_at_most_once_a_second_and_the_newest_counts(page: Page) -> None:
    for number in range(1, 101):
        page.following.moved(at(number))
        if page.shown.stamp != page.asked[-1]:
            page.answer()
        await page.clock.pass_time(PAUSE_SECONDS / 50)
    await page.clock.pass_time(PAUSE_SECONDS)

    assert page.asked[0] == at(1)
    assert page.asked[-1] == at(100)
    assert len(page.asked) <= 4


async def test_nothing_is_asked_while_what_a_person_chose_is_being_built(page: Page) -> None:
    page.shown.is_settled = False
    page.following.moved(at(1))
    await page.clock.pass_time(5)
    assert page.asked == []

    page.shown.is_settled = True
    page.following.consider()

    assert page.asked == [at(1)]


async def test_a_refresh_that_brought_nothing_is_asked_again_with_a_later_poll(page: Page) -> None:
    page.following.moved(at(1))
    await page.clock.pass_time(PAUSE_SECONDS)
    page.following.moved(at(1))
    assert page.asked == [at(1)]

    await page.clock.pass_time(AGAIN_SECONDS)
    page.following.moved(at(1))

    assert page.asked == [at(1), at(1)]


async def test_a_paused_page_asks_for_nothing_and_counts_what_it_misses(page: Page) -> None:
    page.following.pause(is_paused=True)

    for number in (1, 2, 3):
        page.following.moved(at(number))
        await page.clock.pass_time(PAUSE_SECONDS)

    assert page.asked == []
    assert page.shown.waiting == [1, 2, 3]


async def test_the_count_is_told_at_most_once_a_second(page: Page) -> None:
    page.following.pause(is_paused=True)

    for number in range(1, 51):
        page.following.moved(at(number))
    await page.clock.pass_time(PAUSE_SECONDS)

    assert page.shown.waiting == [1, 50]


def test_resumed_it_asks_for_the_newest_at_once(page: Page) -> None:
    page.following.pause(is_paused=True)
    page.following.moved(at(1))
    page.following.moved(at(2))

    page.following.pause(is_paused=False)

    assert page.asked == [at(2)]


def test_resumed_with_nothing_missed_it_asks_for_nothing(page: Page) -> None:
    page.following.moved(at(0))
    page.following.pause(is_paused=True)

    page.following.pause(is_paused=False)

    assert page.asked == []


async def test_paused_before_its_turn_came_it_does_not_ask(page: Page) -> None:
    page.following.moved(at(1))
    page.answer()
    page.following.moved(at(2))

    page.following.pause(is_paused=True)
    await page.clock.pass_time(PAUSE_SECONDS * 3)

    assert page.asked == [at(1)]


async def test_closed_it_asks_for_nothing_and_no_timer_is_left(page: Page) -> None:
    page.following.moved(at(1))
    page.answer()
    page.following.moved(at(2))

    page.following.close()
    await page.clock.pass_time(PAUSE_SECONDS * 3)

    assert page.asked == [at(1)]
    assert page.clock.armed == 0


def test_delay_is_passed_on(page: Page) -> None:
    page.following.delayed(is_delayed=True)

    assert page.shown.delays == [True]

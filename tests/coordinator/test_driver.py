"""The driver on a virtual clock: what it starts and what it paints."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, Update
from coordinator.contract import Cause, Limits, Outcome, Token
from coordinator.driver import Driver
from coordinator.events import DataChanged
from tests.coordinator.words import (
    BOTH,
    COURSE,
    UNIT_1,
    UNIT_2,
    UNIT_3,
    WITH_OPTIONAL,
    A,
    B,
    C,
    only,
    retry,
    selected,
)
from tests.fakes import World, breathe, failed

SOON = 0.005


class TestOneRequest:
    @pytest.mark.proves("FR-004", "FR-005", "AC-007")
    async def test_a_cold_scope_is_loaded_shown_and_stored(self, world: World, driver: Driver) -> None:
        driver.feed(selected(COURSE))
        await breathe()
        world.runner.answer(COURSE, A, B)
        await driver.settled()

        assert {key: tile.state for key, tile in world.screen.tiles.items()} == {A: "ready", B: "ready"}
        assert {result.key for result in world.cache.stored} == BOTH
        assert world.screen.updates[-1] == ShowCompletion(Token(1), COURSE, Outcome.SUCCESS)

    @pytest.mark.proves("R4", "NFR-PERF-003")
    async def test_a_warm_scope_is_one_frame_in_the_next_turn_of_the_loop(self, world: World, driver: Driver) -> None:
        world.cache.warm(COURSE, A, B)

        driver.feed(selected(COURSE))
        await asyncio.sleep(0)

        assert [type(update) for update in world.screen.frames[0]] == [
            ShowLoading,
            ShowResult,
            ShowResult,
            ShowCompletion,
        ]
        assert world.screen.frames[0][0] == ShowLoading(Token(1), COURSE, frozenset(), Cause.SELECTED)
        assert world.runner.asked == []

    @pytest.mark.proves("FR-004")
    async def test_a_cold_scope_shows_its_loading_tiles_as_soon_as_the_cache_has_missed(
        self, world: World, driver: Driver
    ) -> None:
        driver.feed(selected(COURSE))
        await breathe()

        assert world.screen.frames == [(ShowLoading(Token(1), COURSE, BOTH, Cause.SELECTED),)]

    @pytest.mark.proves("FR-004")
    async def test_a_slow_cache_holds_the_loading_tiles_back_only_shortly(self, world: World, driver: Driver) -> None:
        world.cache.lookup_gate = asyncio.Event()
        driver.feed(selected(COURSE))

        await world.clock.pass_time(0.019)
        assert world.screen.frames == []

        await world.clock.pass_time(0.002)
        assert [type(update) for update in world.screen.updates] == [ShowLoading]

    @pytest.mark.proves("FR-004")
    async def test_answers_a_few_milliseconds_apart_leave_in_one_frame(self, world: World, driver: Driver) -> None:
        driver.feed(selected(COURSE, WITH_OPTIONAL))
        await breathe()
        world.runner.answer(COURSE, A)
        await world.clock.pass_time(0.002)
        world.runner.answer(COURSE, B)
        await breathe()

        last = world.screen.frames[-1]
        assert [type(update) for update in last] == [ShowResult, ShowResult, ShowCompletion]

    @pytest.mark.proves("FR-004")
    async def test_a_single_answer_does_not_wait_for_company_longer_than_that(
        self, world: World, driver: Driver
    ) -> None:
        driver.feed(selected(COURSE))
        await breathe()
        world.runner.answer(COURSE, A)
        await world.clock.pass_time(SOON)

        assert world.screen.tiles[A].state == "ready"

    @pytest.mark.proves("R13")
    async def test_a_request_is_finished_when_its_optional_answers_are_painted(
        self, world: World, driver: Driver
    ) -> None:
        driver.feed(selected(COURSE, WITH_OPTIONAL))
        await breathe()
        world.runner.answer(COURSE, A, B)
        waiting = asyncio.ensure_future(driver.finished(Token(1)))
        await breathe()
        assert not waiting.done()

        world.runner.answer(COURSE, C)
        await world.clock.pass_time(SOON)

        assert waiting.done()
        assert world.screen.tiles[C].state == "ready"

    @pytest.mark.proves("R17")
    async def test_changed_data_is_read_again(self, world: World, driver: Driver) -> None:
        world.cache.warm(COURSE, A, B)
        driver.feed(selected(COURSE))
        await driver.settled()

        driver.feed(DataChanged())
        await driver.settled()

        assert [update.cause for update in only(world.screen.updates, ShowLoading)] == [
            Cause.SELECTED,
            Cause.DATA_CHANGED,
        ]


class TestManyRequests:
    @pytest.mark.proves("R3", "NFR-REL-001")
    async def test_what_waits_to_be_painted_is_dropped_when_something_newer_is_chosen(
        self, world: World, driver: Driver
    ) -> None:
        driver.feed(selected(COURSE))
        await breathe()
        world.runner.answer(COURSE, A)
        await breathe()

        driver.feed(selected(UNIT_1))
        await world.clock.pass_time(SOON)

        assert only(world.screen.updates, ShowResult) == []

    @pytest.mark.proves("R3", "NFR-REL-001", "AC-002", "C4")
    async def test_a_frame_overtaken_while_it_is_painted_is_not_sent(self, world: World, driver: Driver) -> None:
        world.screen.gate = asyncio.Event()
        driver.feed(selected(COURSE))
        await breathe()

        driver.feed(selected(UNIT_1))
        world.screen.gate.set()
        await breathe()

        assert world.screen.withheld == 1
        assert {update.scope for update in world.screen.updates} == {UNIT_1}

    @pytest.mark.proves("R3")
    async def test_of_batches_taken_together_an_overtaken_one_is_not_painted(
        self, world: World, driver: Driver
    ) -> None:
        world.screen.gate = asyncio.Event()
        driver.feed(selected(COURSE))
        await breathe()
        world.runner.give(COURSE, A, failed(COURSE, A))
        world.runner.give(COURSE, B, failed(COURSE, B))
        await breathe()
        driver.feed(retry(COURSE, A))
        await breathe()

        def choose_again(updates: Sequence[Update]) -> None:
            if only(list(updates), ShowFailure):
                driver.feed(selected(UNIT_1))

        world.screen.on_frame = choose_again
        world.screen.gate.set()
        await breathe()

        assert [update.token for update in only(world.screen.updates, ShowLoading)] == [1, 3]

    @pytest.mark.proves("R6", "R7", "C6")
    async def test_after_the_grace_the_older_loads_are_cancelled_and_the_newer_ones_start(
        self, world: World, driver: Driver
    ) -> None:
        driver.feed(selected(COURSE))
        driver.feed(selected(UNIT_1))

        await world.clock.pass_time(0.3)

        assert sorted(world.runner.cancelled) == sorted([(COURSE, A), (COURSE, B)])
        assert world.runner.asked[2:] == [(UNIT_1, A), (UNIT_1, B)]

    @pytest.mark.proves("R8", "FR-006", "AC-004")
    async def test_an_answer_that_cannot_be_stopped_still_warms_the_cache(self, world: World, driver: Driver) -> None:
        world.runner.is_stubborn = True
        driver.feed(selected(COURSE))
        driver.feed(selected(UNIT_1))
        await world.clock.pass_time(0.3)

        world.runner.answer(COURSE, A)
        await breathe()

        assert [(result.scope, result.key) for result in world.cache.stored] == [(COURSE, A)]
        assert {update.scope for update in world.screen.updates if isinstance(update, ShowResult)} == set()

    @pytest.mark.proves("R1")
    async def test_a_session_runs_eight_loads_at_most_those_winding_down_included(self, world: World) -> None:
        world.runner.is_stubborn = True
        driver = Driver(world.ports, world.screen, Limits(grace=0.01, loads=3))
        for scope in (COURSE, UNIT_1, UNIT_2, UNIT_3):
            driver.feed(selected(scope))
            await world.clock.pass_time(0.02)

        assert world.runner.running == 3
        world.runner.answer(COURSE, A, B)
        world.runner.answer(UNIT_1, A)
        await breathe()
        world.runner.answer(UNIT_3, A, B)
        await driver.settled()

        assert {tile.scope for tile in world.screen.tiles.values()} == {UNIT_3}
        assert (UNIT_2, A) not in world.runner.asked
        await driver.close()

    @pytest.mark.proves("R5", "R8")
    async def test_a_choice_made_again_shows_what_its_first_asking_brings(self, world: World, driver: Driver) -> None:
        driver.feed(selected(COURSE))
        driver.feed(selected(UNIT_1))
        driver.feed(selected(COURSE))
        await breathe()

        world.runner.answer(COURSE, A)
        await world.clock.pass_time(SOON)

        assert (world.screen.tiles[A].state, world.screen.tiles[A].token) == ("ready", 3)
        assert len(world.runner.asked) == 2

    @pytest.mark.proves("R5", "R8")
    async def test_a_look_up_sees_every_store_that_was_ordered_before_it(self, world: World, driver: Driver) -> None:
        world.cache.store_gate = asyncio.Event()
        driver.feed(selected(COURSE))
        driver.feed(selected(UNIT_1))
        driver.feed(selected(COURSE))
        world.runner.answer(COURSE, A)
        await breathe()
        assert A not in {key for key, tile in world.screen.tiles.items() if tile.state == "ready"}

        world.cache.store_gate.set()
        await breathe()

        assert world.screen.tiles[A].state == "ready"

    @pytest.mark.proves("FR-004")
    async def test_paints_never_overlap_and_the_newest_update_of_a_tile_wins(
        self, world: World, driver: Driver
    ) -> None:
        driver.feed(selected(COURSE))
        await breathe()
        world.screen.gate = asyncio.Event()
        world.runner.give(COURSE, A, failed(COURSE, A))
        await world.clock.pass_time(SOON)
        driver.feed(retry(COURSE, A))
        await breathe()
        world.runner.answer(COURSE, A, B)
        await breathe()

        world.screen.gate.set()
        await driver.settled()

        assert world.screen.overlaps == 0
        assert [type(update) for update in world.screen.frames[-1]] == [
            ShowLoading,
            ShowResult,
            ShowResult,
            ShowCompletion,
        ]

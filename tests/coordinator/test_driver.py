"""The driver on a virtual clock: what it starts, what it paints, what it does when a port misbehaves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import pytest

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, ShowTimeout, Update
from coordinator.contract import Cause, InvalidTransition, Limits, Outcome, Token
from coordinator.driver import Driver
from coordinator.events import DataChanged
from oracles.contract import Failed, FailureReason, Loaded, Source
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
from tests.fakes import World, breathe, failed, loaded

SOON = 0.005


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def driver(world: World) -> AsyncIterator[Driver]:
    driver = Driver(world.ports, world.screen)
    yield driver
    world.runner.is_stubborn = False
    await driver.close()


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

    @pytest.mark.proves("R3", "NFR-REL-001", "AC-002")
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

    @pytest.mark.proves("R6", "R7")
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


class TestDeadlines:
    @pytest.mark.proves("R11", "FR-012", "AC-008")
    async def test_a_load_that_takes_too_long_is_stopped_and_shown_as_timed_out(
        self, world: World, driver: Driver
    ) -> None:
        driver.feed(selected(COURSE))

        await world.clock.pass_time(8.1)

        reasons = {update.result.reason for update in only(world.screen.updates, ShowFailure)}
        assert reasons == {FailureReason.TIMEOUT}
        assert world.runner.running == 0

    @pytest.mark.proves("R11", "R12", "AC-008")
    async def test_a_request_that_passes_its_deadline_falls_back_and_shows_late_answers(
        self, world: World, driver: Driver
    ) -> None:
        world.runner.is_stubborn = True
        driver.feed(selected(COURSE))
        await world.clock.pass_time(10.1)
        assert {tile.state for tile in world.screen.tiles.values()} == {"timed_out"}

        world.runner.answer(COURSE, A)
        await world.clock.pass_time(SOON)

        result = world.screen.tiles[A].result
        assert isinstance(result, Loaded)
        assert result.source is Source.LATE

    @pytest.mark.proves("R11")
    async def test_a_deadline_never_fires_for_a_request_that_is_complete(self, world: World, driver: Driver) -> None:
        world.cache.warm(COURSE, A, B)
        driver.feed(selected(COURSE))
        await driver.settled()

        assert world.clock.armed == 0
        await world.clock.pass_time(20)
        assert only(world.screen.updates, ShowTimeout) == []

    @pytest.mark.proves("R6")
    async def test_a_debounce_lets_only_the_last_choice_load(self, world: World) -> None:
        driver = Driver(world.ports, world.screen, Limits(debounce=0.1))
        for scope in (COURSE, UNIT_1, UNIT_2):
            driver.feed(selected(scope))
            await world.clock.pass_time(0.05)

        await world.clock.pass_time(0.1)

        assert {scope for scope, _ in world.runner.asked} == {UNIT_2}
        await driver.close()


class TestPortsThatMisbehave:
    @pytest.mark.proves("R10", "NFR-OPS-002")
    async def test_a_crash_of_an_oracle_is_a_failure_of_its_tile(self, world: World, driver: Driver) -> None:
        driver.feed(selected(COURSE))
        await breathe()
        world.runner.crash(COURSE, A)
        world.runner.answer(COURSE, B)
        await driver.settled()

        result = world.screen.tiles[A].result
        assert isinstance(result, Failed)
        assert result.reason is FailureReason.ORACLE_ERROR
        assert world.screen.updates[-1] == ShowCompletion(Token(1), COURSE, Outcome.PARTIAL)
        assert world.meter.counts["coordinator_port_crashed"] == 1

    @pytest.mark.proves("R10", "FR-006")
    async def test_an_answer_for_something_else_is_a_failure_too(self, world: World, driver: Driver) -> None:
        driver.feed(selected(COURSE))
        await breathe()
        world.runner.give(COURSE, A, loaded(UNIT_1, A))
        await world.clock.pass_time(SOON)

        assert world.screen.tiles[A].state == "failed"
        assert world.cache.stored == []

    @pytest.mark.proves("R4", "NFR-OPS-002")
    async def test_without_the_cache_everything_is_loaded(self, world: World, driver: Driver) -> None:
        world.cache.is_broken = True
        driver.feed(selected(COURSE))
        await breathe()
        world.runner.answer(COURSE, A, B)
        await driver.settled()

        assert {tile.state for tile in world.screen.tiles.values()} == {"ready"}
        assert world.meter.labelled["scope_cache_consult", (("outcome", "error"),)] == 1

    @pytest.mark.proves("R4")
    async def test_an_entry_of_another_scope_is_no_hit(self, world: World, driver: Driver) -> None:
        world.cache.entries[COURSE, A] = loaded(UNIT_1, A)

        driver.feed(selected(COURSE))
        await breathe()

        assert (COURSE, A) in world.runner.asked

    @pytest.mark.proves("NFR-OPS-002")
    async def test_a_hung_cache_is_asked_only_so_often(self, world: World) -> None:
        world.cache.lookup_gate = asyncio.Event()
        driver = Driver(world.ports, world.screen, Limits(cache_calls=2, grace=0.01))
        for scope in (COURSE, UNIT_1, UNIT_2):
            driver.feed(selected(scope))

        assert len(world.cache.consulted) == 2
        await driver.close()

    @pytest.mark.proves("NFR-OPS-002")
    async def test_a_result_that_cannot_be_kept_is_still_shown(self, world: World) -> None:
        world.cache.store_gate = asyncio.Event()
        driver = Driver(world.ports, world.screen, Limits(cache_calls=1))
        driver.feed(selected(COURSE))
        await breathe()
        world.runner.answer(COURSE, A, B)
        await breathe()

        assert {tile.state for tile in world.screen.tiles.values()} == {"ready"}
        assert world.meter.counts["coordinator_store_dropped"] == 1
        await driver.close()

    @pytest.mark.proves("NFR-OPS-002")
    async def test_a_broken_screen_does_not_end_the_session(self, world: World, driver: Driver) -> None:
        world.screen.is_broken = True
        driver.feed(selected(COURSE))
        await breathe()
        world.screen.is_broken = False
        world.runner.answer(COURSE, A, B)
        await driver.settled()

        assert world.screen.updates[-1] == ShowCompletion(Token(1), COURSE, Outcome.SUCCESS)

    @pytest.mark.proves("R11")
    async def test_a_runner_that_says_cancelled_when_its_time_was_up_means_timed_out(
        self, world: World, driver: Driver
    ) -> None:
        world.runner.is_stubborn = True
        driver.feed(selected(COURSE))
        await world.clock.pass_time(8.1)
        world.runner.give(COURSE, A, failed(COURSE, A, FailureReason.CANCELLED))
        await world.clock.pass_time(SOON)

        result = world.screen.tiles[A].result
        assert isinstance(result, Failed)
        assert result.reason is FailureReason.TIMEOUT
        assert result.finished_at > result.started_at

    @pytest.mark.proves("R15", "FR-009")
    async def test_what_cannot_happen_is_refused_to_whoever_asks(self, world: World, driver: Driver) -> None:
        with pytest.raises(InvalidTransition, match="nothing_chosen"):
            driver.feed(retry(COURSE, A))

        driver.feed(selected(COURSE))
        assert driver.session.issued == 1

    @pytest.mark.proves("R15")
    async def test_what_a_port_asks_wrongly_is_counted_and_harms_nothing(self, world: World, driver: Driver) -> None:
        class Meddler(type(world.cache)):  # type: ignore[misc]
            async def consult(self, scope: object, keys: object) -> dict[object, object]:
                driver.feed(retry(COURSE, C))
                return {}

        world.cache.__class__ = Meddler
        driver.feed(selected(COURSE))
        await breathe()

        assert world.meter.labelled["scope_invalid_transition", (("code", "unknown_keys"),)] == 1
        assert len(world.runner.asked) == 2


class TestClosing:
    @pytest.mark.proves("R16")
    async def test_nothing_runs_after_the_close(self, world: World) -> None:
        tasks, threads = asyncio.all_tasks(), threading.active_count()
        world.screen.gate = asyncio.Event()
        driver = Driver(world.ports, world.screen, Limits(loads=1))
        for scope in (COURSE, UNIT_1, UNIT_2):
            driver.feed(selected(scope, WITH_OPTIONAL))
            await breathe()

        await driver.close()

        assert asyncio.all_tasks() == tasks
        assert threading.active_count() == threads
        assert world.clock.armed == 0
        assert world.runner.running == 0

    @pytest.mark.proves("R16")
    async def test_it_may_be_closed_twice_and_takes_nothing_afterwards(self, world: World, driver: Driver) -> None:
        driver.feed(selected(COURSE))
        await driver.close()
        await driver.close()

        with pytest.raises(InvalidTransition, match="closed"):
            driver.feed(selected(UNIT_1))
        assert driver.session.ended.closed == 1

    @pytest.mark.proves("R16")
    async def test_whoever_waits_is_released_by_the_close(self, world: World, driver: Driver) -> None:
        driver.feed(selected(COURSE))
        waiting = [asyncio.ensure_future(driver.settled()), asyncio.ensure_future(driver.finished(Token(1)))]
        await breathe()
        waiting[0].cancel()

        await driver.close()
        await waiting[1]

        assert waiting[0].cancelled()

    @pytest.mark.proves("R16")
    async def test_a_screen_may_close_its_own_driver(self, world: World) -> None:
        driver = Driver(world.ports, world.screen)
        closing: list[bool] = []

        async def paint(updates: object, is_current: object) -> None:
            await driver.close()
            closing.append(True)

        world.screen.paint = paint  # type: ignore[method-assign,assignment]
        driver.feed(selected(COURSE))
        await breathe()

        assert closing == [True]
        assert world.runner.running == 0

    @pytest.mark.proves("FR-008", "NFR-OPS-001")
    async def test_the_level_of_the_queue_returns_to_zero(self, world: World) -> None:
        driver = Driver(world.ports, world.screen)
        for scope in (COURSE, UNIT_1, UNIT_2, UNIT_3):
            driver.feed(selected(scope))
        assert world.meter.levels["scope_requests_queued"] == 1

        await driver.close()

        assert world.meter.levels["scope_requests_queued"] == 0

"""The driver when time runs out, a port misbehaves or the session ends."""

from __future__ import annotations

import asyncio
import threading

import pytest

from coordinator.actions import ShowCompletion, ShowFailure, ShowTimeout
from coordinator.contract import InvalidTransition, Limits, Outcome, Token
from coordinator.driver import Driver
from oracles.contract import Failed, FailureReason, Loaded, Source
from tests.coordinator.words import (
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


class TestDeadlines:
    @pytest.mark.proves("R11", "FR-012", "AC-008", "C5")
    async def test_a_load_that_takes_too_long_is_stopped_and_shown_as_timed_out(
        self, world: World, driver: Driver
    ) -> None:
        driver.feed(selected(COURSE))

        await world.clock.pass_time(8.1)

        reasons = {update.result.reason for update in only(world.screen.updates, ShowFailure)}
        assert reasons == {FailureReason.TIMEOUT}
        assert world.runner.running == 0

    @pytest.mark.proves("R11", "R12", "AC-008", "C5")
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

        world.screen.paint = paint  # type: ignore[method-assign]
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

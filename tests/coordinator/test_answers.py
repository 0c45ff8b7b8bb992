"""One request without a screen: the path of pages, files and commands."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.answers import answers_for
from oracles.contract import Failed, FailureReason, Loaded, Skipped, Source
from tests.coordinator.words import COURSE, PROFILE, WITH_OPTIONAL, A, B, C
from tests.fakes import World, breathe


@pytest.mark.proves("FR-005")
async def test_every_key_is_answered_optional_ones_included() -> None:
    world = World()
    world.cache.warm(COURSE, A)
    asking = asyncio.ensure_future(answers_for(COURSE, WITH_OPTIONAL, world.ports))
    await breathe()
    world.runner.answer(COURSE, B)
    await world.clock.pass_time(0.01)
    world.runner.answer(COURSE, C)
    await world.clock.pass_time(0.01)

    results = await asking

    sources = {key: result.source for key, result in results.items() if isinstance(result, Loaded)}
    assert sources == {A: Source.CACHE, B: Source.LOADED, C: Source.LOADED}
    assert [result.key for result in world.cache.stored] == [B, C]


@pytest.mark.proves("R10", "R11")
async def test_what_could_not_be_had_is_a_failure_with_its_reason() -> None:
    world = World()
    world.runner.is_stubborn = True
    asking = asyncio.ensure_future(answers_for(COURSE, WITH_OPTIONAL, world.ports))
    await breathe()
    world.runner.crash(COURSE, A)
    await world.clock.pass_time(11)
    world.runner.give(COURSE, B, Failed(COURSE, B, FailureReason.CANCELLED))
    await world.clock.pass_time(1)

    results = await asking

    reasons = {key: result.reason for key, result in results.items() if isinstance(result, Failed)}
    assert reasons == {A: FailureReason.ORACLE_ERROR, B: FailureReason.TIMEOUT}
    assert results[C] == Skipped(COURSE, C)


@pytest.mark.proves("R16")
async def test_whoever_stops_asking_leaves_nothing_running() -> None:
    world = World()
    asking = asyncio.ensure_future(answers_for(COURSE, PROFILE, world.ports))
    await breathe()

    asking.cancel()
    await breathe()

    assert asking.cancelled()
    assert (world.runner.running, world.clock.armed) == (0, 0)

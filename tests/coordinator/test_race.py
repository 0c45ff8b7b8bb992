"""A→B→C→D at 50 ms, answers in any order: nothing stale is ever painted, and the last choice is always right."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from coordinator.actions import Update
from coordinator.driver import Driver
from oracles.contract import Loaded, OracleKey, Scope
from tests.coordinator.words import COURSE, UNIT_1, UNIT_2, UNIT_3, WITH_OPTIONAL, selected
from tests.fakes import World

STOPS = (COURSE, UNIT_1, UNIT_2, UNIT_3)


async def race(rounds: int, seed: int = 1) -> list[str]:
    """Whatever went wrong in so many rounds."""
    chance = random.Random(seed)
    faults: list[str] = []
    for number in range(rounds):
        faults += [f"round {number}: {fault}" for fault in await one_round(chance)]
    return faults


async def one_round(chance: random.Random) -> list[str]:
    world = World()
    driver = Driver(world.ports, world.screen)
    faults: list[str] = []

    def watch(updates: Sequence[Update]) -> None:
        chosen = driver.session.latest
        stale = [update for update in updates if chosen is None or update.scope != chosen.scope]
        faults.extend(f"stale paint of {update}" for update in stale)

    def delay(scope: Scope, key: OracleKey) -> float:
        return chance.choice((0.0, 0.01, 0.049, 0.05, 0.051, 0.2, 0.4)) * chance.random()

    world.screen.on_frame = watch
    world.runner.delay = delay
    stops = chance.sample(STOPS, len(STOPS)) + chance.choices(STOPS, k=2)
    for scope in stops:
        driver.feed(selected(scope, WITH_OPTIONAL))
        await world.clock.pass_time(0.05)
    await world.clock.pass_time(3.0)
    await driver.settled()
    faults += wrong_tiles(world, stops[-1])
    await driver.close()
    if world.runner.running or world.clock.armed or world.screen.overlaps:
        faults.append("something is left over")
    return faults


def wrong_tiles(world: World, scope: Scope) -> list[str]:
    """Tiles that do not show this scope's own answer."""
    wrong = []
    for key in WITH_OPTIONAL.keys:
        tile = world.screen.tiles.get(key)
        result = tile.result if tile else None
        if not isinstance(result, Loaded) or result.payload.label != f"{scope.address}/{key}":  # type: ignore[attr-defined]
            wrong.append(f"{key} shows {tile}")
    return wrong


@pytest.mark.proves("R3", "R7", "NFR-REL-001", "NFR-REL-002", "AC-002", "F7")
async def test_a_hundred_rounds_of_rapid_choices_paint_nothing_stale() -> None:
    assert await race(rounds=100) == []

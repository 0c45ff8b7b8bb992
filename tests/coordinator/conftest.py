"""A driver among fakes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from coordinator.driver import Driver
from tests.fakes import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def driver(world: World) -> AsyncIterator[Driver]:
    driver = Driver(world.ports, world.screen)
    yield driver
    world.runner.is_stubborn = False
    await driver.close()

"""A coordinator among fakes; whatever a test leaves running is stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.coordinator.writes.bench import Bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.clear_away()

"""What every `Queue` must do, in memory or in a stream: inherit from `QueueConformance` and say how yours is made.

    class TestMyQueue(QueueConformance):
        @pytest.fixture
        async def workbench(self) -> AsyncIterator[Workbench]: ...

A workbench makes queues and lets time pass; nothing here sleeps.
"""

from __future__ import annotations

import pytest

from coordinator.writes.limits import QueueLimits
from tests.coordinator.writes.conforming_batches import Batches
from tests.coordinator.writes.conforming_capacity import Capacity
from tests.coordinator.writes.conforming_endings import Endings
from tests.coordinator.writes.conforming_returns import Returns
from tests.coordinator.writes.workbench import Levels, Workbench, entries, taken


class QueueConformance(Batches, Capacity, Returns, Endings):
    @pytest.mark.proves("Q-07", "Q-05")
    async def test_an_observer_hears_how_much_is_held(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits(batch_size=2))
        levels = Levels()
        queue.attach(levels)

        await queue.put(entries("1", "2"))
        batch = await taken(queue)
        await queue.ack(batch.entries)

        assert levels.accepts == 2
        assert levels.levels[0] == 2
        assert levels.levels[-1] == 0

    @pytest.mark.proves("Q-01")
    async def test_putting_nothing_does_nothing(self, workbench: Workbench) -> None:
        queue = await workbench.queue(QueueLimits())

        await queue.put([])

        assert queue.level.held == 0

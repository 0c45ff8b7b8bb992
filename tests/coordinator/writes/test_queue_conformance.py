"""The queue in memory does what every queue must do."""

from __future__ import annotations

import pytest

from coordinator.writes.limits import QueueLimits
from coordinator.writes.ports import Queue
from coordinator.writes.queue import BoundedQueue
from tests.coordinator.writes.conformance import QueueConformance
from tests.coordinator.writes.workbench import Workbench
from tests.fakes import VirtualClock, breathe


class MemoryBench:
    def __init__(self) -> None:
        self._clock = VirtualClock()

    async def queue(self, limits: QueueLimits) -> Queue[str]:
        return BoundedQueue(limits, self._clock)

    async def pass_time(self, seconds: float) -> None:
        await self._clock.pass_time(seconds)

    async def breathe(self) -> None:
        await breathe()


class TestBoundedQueue(QueueConformance):
    @pytest.fixture
    def workbench(self) -> Workbench:
        return MemoryBench()

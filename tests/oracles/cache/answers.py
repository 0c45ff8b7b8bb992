"""One answer per oracle of the table, and caches to keep them in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count

from coordinator.clock import LoopClock
from oracles import contract, payloads
from oracles.cache.local import LocalTier
from oracles.cache.result_cache import ResultCache
from oracles.cache.shared import SharedTier
from oracles.contract import DataStamp, Loaded, OracleKey, Payload, Scope, TenantId
from oracles.instructor import ORACLES

SCOPE = Scope(TenantId(7), 12, 34, "unit-1")
NOW = DataStamp(3, 1, 41, 5, 9, 2, as_of=datetime(2026, 2, 1, 10, tzinfo=UTC))

PAYLOADS: dict[OracleKey, Payload] = {
    contract.SCOPE_RESOURCES: payloads.ScopeResources(
        "Algebra course", "Algebra", "Unit 1", ("Algebra",), (payloads.ChildItem("p", "P", "page", 1),), (), 4
    ),
    contract.SCHEDULE_POSITION: payloads.SchedulePosition(label="Unit 2"),
    contract.LEARNER_INFO: payloads.LearnerInfo((payloads.LearnerRow(1, "x", "Ada", "ada@learners.example", None),)),
    contract.PROGRESS: payloads.Progress(class_size=4, items=()),
    contract.PROGRESS_PROFICIENCY: payloads.ProgressProficiency(9, (payloads.LearnerStanding(1, 0.1 + 0.2, 3, 2),)),
    contract.OBJECTIVES: payloads.Objectives(class_size=4, rows=()),
    contract.ASSESSMENTS: payloads.Assessments(
        4, (payloads.AssessmentRow("quiz", (payloads.ScoreCount(62.5, 3),), 3, 1, 0),)
    ),
    contract.LEARNER_PROGRESS: payloads.LearnerProgress((1, 2), (payloads.BarStanding("unit-1", (2,), (100 / 3,)),)),
    contract.HAND_INS: payloads.HandIns(
        (1, 2), (payloads.PageHandIns("quiz", (payloads.HandIn(2, 62.5, awaits_grade=False, is_late=True),)),)
    ),
}


def answer(key: OracleKey, scope: Scope = SCOPE, stamp: DataStamp = NOW, started_at: float = 1.0) -> Loaded:
    return Loaded(scope, key, PAYLOADS[key], ORACLES[key].version, stamp, started_at=started_at, finished_at=started_at)


class Stamp:
    """What the database would say."""

    def __init__(self, stamp: DataStamp = NOW) -> None:
        self.now = stamp
        self.readings = 0
        self.error: Exception | None = None

    async def of(self, _scope: Scope) -> DataStamp:
        self.readings += 1
        if self.error:
            raise self.error
        return self.now


@contextmanager
def cache(url: str = "", stamp: Stamp | None = None) -> Iterator[ResultCache]:
    """A cache as one process has it."""
    clock, numbers = LoopClock(), count()
    shared = SharedTier(url, clock.now) if url else None
    read = (stamp or Stamp()).of
    made = ResultCache(
        ORACLES, read, clock, lambda: f"holder-{next(numbers)}", local=LocalTier(clock.now), shared=shared
    )
    yield made
    made.close()

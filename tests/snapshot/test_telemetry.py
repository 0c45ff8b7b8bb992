"""What is measured: assembly, each projection by itself, how ready it is; by the kind of scope, never by an id."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest

from coordinator.ports import Ports
from courses.contract import DashboardContext, Role
from oracles import contract
from oracles.contract import Failed, FailureReason
from snapshot.contract import Capability
from snapshot.data_snapshot import get_or_build
from snapshot.telemetry import Stopwatch
from tests.fakes import FakeCache, VirtualClock
from tests.snapshot.classroom import MIXED, NOW, Classroom
from tests.snapshot.test_data_snapshot import Prepared

UNIT = Classroom(MIXED, (100.0,), unit="unit-1")
CONTEXT = DashboardContext(UNIT.scope, Role.INSTRUCTOR, 5, "lakeside", "algebra", "Autumn", "Algebra", "Europe/Madrid")


@dataclass
class Notebook:
    """A meter that writes everything down."""

    counted: Counter[tuple[str, frozenset[tuple[str, str]]]] = field(default_factory=Counter)
    timed: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def count(self, name: str, **labels: str) -> None:
        self.counted[name, frozenset(labels.items())] += 1

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        assert seconds >= 0
        self.timed.append((name, labels))

    def adjust(self, name: str, delta: int) -> None:
        pass

    def timings(self, name: str) -> list[dict[str, str]]:
        return [labels for each, labels in self.timed if each == name]

    def readiness(self) -> dict[str, str]:
        found = [dict(labels) for name, labels in self.counted if name == "projection_status"]
        return {labels["capability"]: labels["status"] for labels in found}


async def measured(*failing: contract.OracleKey) -> Notebook:
    notebook = Notebook()
    failures = {key: Failed(UNIT.scope, key, FailureReason.TIMEOUT) for key in failing}
    runner = Prepared({**UNIT.results(), **failures})
    await get_or_build(CONTEXT, Ports(FakeCache(), runner, notebook, VirtualClock()), NOW, lambda: "id")
    return notebook


@pytest.mark.proves("snapshot:NFR-OPS-001", "X1")
async def test_a_snapshot_says_how_long_it_and_each_of_its_projections_took() -> None:
    notebook = await measured()

    assert notebook.timings("snapshot_assembly_duration_seconds") == [{"scope": "container"}]
    assert sorted(notebook.timings("projection_duration_seconds"), key=lambda labels: labels["capability"]) == [
        {"capability": each, "scope": "container"} for each in sorted(Capability)
    ]


@pytest.mark.proves("snapshot:NFR-OPS-001")
async def test_how_ready_the_projections_are_is_counted() -> None:
    notebook = await measured(contract.OBJECTIVES, contract.PROGRESS)

    assert notebook.readiness() == {
        "summary": "partial",
        "progress": "failed",
        "student_support": "ready",
        "challenging_objectives": "failed",
        "assessments": "ready",
        "ai_context": "partial",
    }


def test_what_a_capability_asks_of_another_counts_for_the_other() -> None:
    times = iter([0.0, 1.0, 4.0, 5.0, 6.0, 10.0])
    watch = Stopwatch(lambda: next(times))

    with watch(Capability.SUMMARY):  # 0 to 10
        with watch(Capability.STUDENT_SUPPORT):  # 1 to 4
            pass
        with watch(Capability.ASSESSMENTS):  # 5 to 6
            pass

    assert watch.seconds == {
        Capability.STUDENT_SUPPORT: 3.0,
        Capability.ASSESSMENTS: 1.0,
        Capability.SUMMARY: 6.0,
    }

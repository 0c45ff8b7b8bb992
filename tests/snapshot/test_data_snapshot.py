"""The one path: denied by default, the cache first, loads for the rest, and a snapshot of what could be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from coordinator.meters import SeveralMeters
from coordinator.ports import Ports
from courses.contract import DashboardContext, Role
from oracles import contract
from oracles.contract import Failed, FailureReason, Loaded, OracleKey, OracleResult, Scope
from snapshot.contract import Capability, Readiness, Snapshot
from snapshot.data_snapshot import PROFILE, ProjectionUnavailable, Unauthorised, get_or_build, get_projection
from tests.fakes import FakeCache, VirtualClock
from tests.snapshot.classroom import COURSE, MIXED, NOW, Classroom

RESULTS = Classroom(MIXED, (100.0,)).results()
CONTEXT = DashboardContext(COURSE, Role.INSTRUCTOR, 5, "lakeside", "algebra", "Autumn", "Algebra", "Europe/Madrid")


@dataclass
class Prepared:
    """A runner that has its answers ready."""

    results: Mapping[OracleKey, OracleResult]
    asked: list[OracleKey] = field(default_factory=list)

    async def run(self, scope: Scope, key: OracleKey) -> OracleResult:
        self.asked.append(key)
        return self.results[key]


def ports(runner: Prepared, cache: FakeCache | None = None) -> Ports:
    return Ports(cache or FakeCache(), runner, SeveralMeters(), VirtualClock())


async def built(runner: Prepared, cache: FakeCache | None = None) -> Snapshot:
    return await get_or_build(CONTEXT, ports(runner, cache), NOW, lambda: "new-id")


@pytest.mark.proves("FR-005", "FR-011", "S6")
async def test_without_a_context_nothing_is_asked() -> None:
    runner = Prepared(RESULTS)

    with pytest.raises(Unauthorised):
        await get_or_build(None, ports(runner), NOW, lambda: "new-id")

    assert runner.asked == []


async def test_what_is_not_cached_is_loaded_and_stored() -> None:
    runner, cache = Prepared(RESULTS), FakeCache()

    found = await built(runner, cache)

    assert sorted(runner.asked) == sorted(PROFILE.keys)
    assert {result.key for result in cache.stored} == PROFILE.keys
    assert found.snapshot_id == "new-id"
    assert found.facts["summary.average_progress_pct"] == 53.6


async def test_the_second_snapshot_loads_nothing_and_says_the_same() -> None:
    runner, cache = Prepared(RESULTS), FakeCache()
    first = await built(runner, cache)
    runner.asked.clear()

    second = await built(runner, cache)

    assert runner.asked == []
    assert second.fingerprints == first.fingerprints


@pytest.mark.proves("AC-008", "FR-013")
async def test_a_failed_load_leaves_the_other_projections_whole() -> None:
    broken = Failed(COURSE, contract.OBJECTIVES, FailureReason.ORACLE_ERROR)

    found = await built(Prepared({**RESULTS, contract.OBJECTIVES: broken}))

    assert found.projection_statuses[Capability.CHALLENGING_OBJECTIVES].readiness is Readiness.FAILED
    assert found.projection_statuses[Capability.PROGRESS].readiness is Readiness.READY
    with pytest.raises(ProjectionUnavailable, match="challenging_objectives"):
        get_projection(found, Capability.CHALLENGING_OBJECTIVES)


async def test_a_projection_comes_out_of_a_snapshot() -> None:
    found = await built(Prepared(RESULTS))

    assert get_projection(found, Capability.PROGRESS) is found.projections[Capability.PROGRESS]


async def test_as_of_is_the_newest_event_that_any_answer_has_seen() -> None:
    found = await built(Prepared(RESULTS))

    assert found.metadata.as_of == NOW
    assert all(isinstance(result, Loaded) for result in found.oracles.values())


@pytest.mark.proves("snapshot:AC-002")
async def test_the_moment_of_a_snapshot_is_the_minute_it_was_asked_for_in() -> None:
    late = NOW.replace(second=59, microsecond=999_999)

    found = await get_or_build(CONTEXT, ports(Prepared(RESULTS)), late, lambda: "new-id")

    assert found.metadata.generated_at == NOW.replace(second=0, microsecond=0)

"""Every component of the snapshot together, with stubs at the edges: answers, cache, clock, meter, serialisers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coordinator.contract import Limits
from coordinator.ports import Ports
from oracles import contract
from oracles.contract import Failed, FailureReason, Loaded, OracleKey, OracleResult, Scope, Source
from snapshot.contract import Capability, Snapshot
from snapshot.data_snapshot import PROFILE, get_or_build, get_projection
from snapshot.export.contract import Dataset, Documents, ExportRequest
from snapshot.export.csv_zip import build_zip
from snapshot.export.files import files_of
from snapshot.export.inclusion import ExportRefused
from snapshot.keeping import from_bytes, to_bytes
from tests.fakes import FakeCache, FakeMeter, VirtualClock
from tests.snapshot.classroom import COURSE, MIXED, NOW, Classroom
from tests.snapshot.export.zips import contents
from tests.snapshot.test_data_snapshot import CONTEXT, Prepared

RESULTS = Classroom(MIXED, (100.0, 50.0, 0.0)).results()


class Crashing:
    """An oracle-result producer that keeps no promise."""

    async def run(self, scope: Scope, key: OracleKey) -> OracleResult:
        raise RuntimeError("boom")


async def built(runner: Prepared | Crashing, cache: FakeCache) -> Snapshot:
    ports = Ports(cache, runner, FakeMeter(), VirtualClock())
    return await get_or_build(CONTEXT, ports, NOW, lambda: "id", Limits())


async def warmed(*keys: OracleKey) -> FakeCache:
    cache = FakeCache()
    for key in keys:
        found = RESULTS[key]
        assert isinstance(found, Loaded)
        await cache.store(found)
    return cache


@pytest.mark.proves("snapshot:AC-008", "snapshot:FR-013", "snapshot:FR-005")
@pytest.mark.parametrize("cached", [0, 1, 3, 7])
async def test_mixed_answers_of_cache_and_runner_give_one_and_the_same_snapshot(cached: int) -> None:
    keys = sorted(PROFILE.keys)[:cached]
    runner = Prepared(RESULTS)

    found = await built(runner, await warmed(*keys))

    assert sorted(runner.asked) == sorted(PROFILE.keys - set(keys))
    assert {key for key, status in found.oracle_statuses.items() if status == Source.CACHE.value} == set(keys)
    assert found.fingerprints == (await built(Prepared(RESULTS), FakeCache())).fingerprints


@pytest.mark.proves("snapshot:AC-008", "snapshot:FR-013", "snapshot:FR-006")
async def test_from_stubbed_answers_through_kept_bytes_to_a_file() -> None:
    shown = await built(Prepared(RESULTS), FakeCache())
    kept = from_bytes(to_bytes(shown))
    assert kept is not None

    content, manifest = build_zip(kept, ExportRequest())

    assert manifest.facts == shown.facts
    assert manifest.fingerprints == shown.fingerprints
    assert contents(content) == contents(build_zip(shown, ExportRequest())[0])


@pytest.mark.proves("snapshot:AC-008", "snapshot:AC-005", "snapshot:NFR-REL-002")
async def test_a_failed_oracle_is_a_reason_on_the_tile_and_the_same_reason_in_the_export() -> None:
    late = Failed(COURSE, contract.PROGRESS, FailureReason.TIMEOUT)

    shown = await built(Prepared({**RESULTS, contract.PROGRESS: late}), FakeCache())

    status = shown.projection_statuses[Capability.PROGRESS]
    with pytest.raises(ExportRefused) as refused:
        build_zip(shown, ExportRequest())
    assert {each.reason for each in refused.value.decisions if each.dataset.needs is Capability.PROGRESS} == {
        status.reason
    }
    assert get_projection(shown, Capability.ASSESSMENTS)


@pytest.mark.proves("snapshot:AC-008", "snapshot:NFR-REL-002")
async def test_a_producer_that_breaks_its_promise_leaves_a_snapshot_of_reasons() -> None:
    found = await built(Crashing(), FakeCache())

    assert found.projections == {}
    assert {status.readiness.value for status in found.projection_statuses.values()} == {"failed"}


@pytest.mark.proves("snapshot:AC-008", "snapshot:FR-013")
async def test_a_stubbed_serialiser_gets_the_snapshot_and_nothing_else() -> None:
    seen: list[Snapshot] = []

    def serialise(snapshot: Snapshot) -> dict[str, bytes]:
        seen.append(snapshot)
        return {"stub.txt": b"stub"}

    shown = await built(Prepared(RESULTS), FakeCache())
    dataset = Dataset("stub", Capability.PROGRESS, Documents(serialise))

    (file,) = files_of(shown, dataset, ExportRequest())

    assert (file.entry.name, file.content) == ("stub.txt", b"stub")
    assert seen == [shown]


@pytest.mark.proves("snapshot:AC-001", "snapshot:FR-001")
async def test_an_answer_of_another_scope_never_gets_in() -> None:
    foreign = replace(RESULTS[contract.PROGRESS], scope=Scope(COURSE.tenant_id, 8))

    found = await built(Prepared({**RESULTS, contract.PROGRESS: foreign}), FakeCache())

    assert found.projection_statuses[Capability.PROGRESS].readiness.value == "failed"
    assert not [fact for fact in found.facts if fact.startswith("progress.")]

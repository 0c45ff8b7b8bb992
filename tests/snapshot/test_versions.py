"""Two versions of a projection live at once: who has not moved yet goes on reading the older one (AC-007)."""

from __future__ import annotations

import msgspec
import pytest

from oracles import contract
from snapshot.assembler import assemble
from snapshot.contract import Capability, Reason, Snapshot
from snapshot.data_snapshot import ProjectionUnavailable, get_or_build, get_projection, profile_of
from snapshot.export.contract import ExportRequest
from snapshot.export.csv_zip import build_zip
from snapshot.export.verification import read_export
from snapshot.keeping import from_bytes, to_bytes
from snapshot.projections import CURRENT, RULES, TABLE, in_force
from snapshot.projections.rules import Rules, UnknownVersion
from tests.snapshot.classroom import COURSE, MIXED, NOW, Classroom, metadata
from tests.snapshot.test_data_snapshot import CONTEXT, Prepared, ports
from tests.snapshot.versions import BOTH, GROWN, PINNED, SHIPPED, ProgressProjectionV2, completed_of

RESULTS = Classroom(MIXED, (100.0,)).results()
DONE = {"unit-1": 3, "unit-2": 2, "unit-3": 0}
"""By hand: Ada, Ben and Cleo answered every page of unit 1, Ada and Cleo of unit 2; the quiz has no questions."""


def assembled(rules: Rules) -> Snapshot:
    return assemble(metadata(), COURSE, "1", RESULTS, "id", rules=rules)


@pytest.mark.proves("snapshot:AC-007", "snapshot:FR-010")
async def test_a_consumer_of_the_first_version_goes_on_working_after_the_second_ships() -> None:
    before = await get_or_build(CONTEXT, ports(Prepared(RESULTS)), NOW, lambda: "id")

    after = await get_or_build(CONTEXT, ports(Prepared(RESULTS)), NOW, lambda: "id", rules=PINNED)

    assert completed_of(get_projection(before, Capability.PROGRESS)) == DONE
    assert completed_of(get_projection(after, Capability.PROGRESS)) == DONE
    assert to_bytes(after) == to_bytes(before)


@pytest.mark.proves("snapshot:AC-007")
async def test_meanwhile_everybody_else_reads_the_second() -> None:
    found = await get_or_build(CONTEXT, ports(Prepared(RESULTS)), NOW, lambda: "id", rules=SHIPPED)

    shown = get_projection(found, Capability.PROGRESS)
    assert isinstance(shown, ProgressProjectionV2)
    assert {lane.key: lane.under_way for lane in shown.lanes} == {key: 4 - done for key, done in DONE.items()}
    assert found.facts["progress.unit-1.under_way"] == 1
    assert "progress.unit-1.completed" not in found.facts


@pytest.mark.proves("snapshot:AC-007")
async def test_one_snapshot_serves_both() -> None:
    found = await get_or_build(CONTEXT, ports(Prepared(RESULTS)), NOW, lambda: "id", rules=SHIPPED)

    first = get_projection(found, Capability.PROGRESS, version=1, table=BOTH)
    second = get_projection(found, Capability.PROGRESS, version=2, table=BOTH)

    assert completed_of(first) == DONE
    assert isinstance(second, ProgressProjectionV2)


def test_a_snapshot_read_back_has_the_version_it_was_made_with_and_says_so() -> None:
    kept = from_bytes(to_bytes(assembled(SHIPPED)), BOTH)
    assert kept is not None

    with pytest.raises(ProjectionUnavailable) as refused:
        get_projection(kept, Capability.PROGRESS, version=1, table=BOTH)

    assert refused.value.status.reason is Reason.UNSUPPORTED_VERSION


@pytest.mark.proves("snapshot:FR-010")
def test_a_snapshot_says_by_which_version_each_projection_was_made() -> None:
    assert assembled(RULES).projection_versions == CURRENT
    assert assembled(SHIPPED).projection_versions == {**CURRENT, Capability.PROGRESS: 2}


def test_only_the_capability_that_moved_has_another_fingerprint() -> None:
    before, after = assembled(PINNED).fingerprints, assembled(SHIPPED).fingerprints

    assert {kind for kind in before if before[kind] != after[kind]} == {Capability.PROGRESS}


@pytest.mark.proves("snapshot:AC-007")
def test_rules_that_read_the_older_shape_of_another_one_get_it() -> None:
    before, after = assembled(PINNED), assembled(SHIPPED)

    assert after.projections[Capability.AI_CONTEXT] == before.projections[Capability.AI_CONTEXT]
    assert after.projection_statuses == before.projection_statuses


def test_kept_bytes_are_read_as_what_they_were_while_the_table_has_that_version() -> None:
    shown = assembled(SHIPPED)

    assert from_bytes(to_bytes(shown), BOTH) == msgspec.structs.replace(shown, oracles={})
    assert from_bytes(to_bytes(shown), TABLE) is None


@pytest.mark.parametrize("versions", [{Capability.PROGRESS: 3}, {Capability.PROGRESS: 0}])
def test_a_version_that_is_not_there_is_said_with_those_that_are(versions: dict[Capability, int]) -> None:
    with pytest.raises(UnknownVersion, match="projection progress: expected version 1 or 2, got"):
        in_force(versions, BOTH)


def test_a_version_asks_only_for_what_it_needs() -> None:
    assert contract.SCHEDULE_POSITION in profile_of(PINNED).keys
    assert contract.SCHEDULE_POSITION not in profile_of(SHIPPED).keys


@pytest.mark.proves("snapshot:FR-010")
def test_an_export_says_by_which_version_its_numbers_were_made() -> None:
    content, manifest = build_zip(assembled(GROWN), ExportRequest())

    assert manifest.projection_versions == {**CURRENT, Capability.PROGRESS: 2}
    assert list(read_export(content).problems()) == []

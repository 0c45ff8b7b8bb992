"""What holds for every snapshot: finite facts under their own ids, a status for each capability, a fitting reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import product

import msgspec
import pytest

from oracles import contract
from oracles.contract import DataStamp, Loaded, OracleKey
from oracles.payloads import SchedulePosition
from snapshot.assembler import assemble
from snapshot.contract import Capability, Fact, Projection, Readiness, Reason, Snapshot, Status
from snapshot.projections import TABLE, derive_all, in_force
from snapshot.projections.material import Material
from snapshot.projections.rules import Rules
from snapshot.validation import REASONS, InvalidSnapshot, check, facts_problem, status_problem
from tests.snapshot.classroom import COURSE, MIXED, Classroom, metadata
from tests.snapshot.snapshots import assembled

RESULTS = Classroom(MIXED, (100.0,)).results()
NAMED = (OracleKey("progress"),)


def with_facts(facts: dict[str, Fact]) -> Rules:
    """Progress derived as ever, and these said to be its facts."""
    row = replace(TABLE[Capability.PROGRESS, 1], facts=lambda _: facts)
    return in_force(table={**TABLE, (Capability.PROGRESS, 1): row})


@pytest.mark.proves("snapshot:FR-004", "snapshot:NFR-REL-001")
@pytest.mark.parametrize(
    "facts",
    [
        {"progress.unit-1.completed": float("nan")},
        {"progress.unit-1.completed": float("inf")},
        {"progress.unit-1.completed": True},
        {"summary.class_size": 4},
        {"progress": 4},
        {"progress.unit 1.completed": 4},
        {"progress..completed": 4},
        {"weather.unit-1.celsius": 4},
    ],
    ids=repr,
)
def test_facts_that_are_none_fail_their_own_capability_alone(facts: dict[str, Fact]) -> None:
    good = derive_all(metadata(), RESULTS)

    derived = derive_all(metadata(), RESULTS, rules=with_facts(facts))

    assert derived[Capability.PROGRESS] == (None, Status(Readiness.FAILED, Reason.INVALID_DATA))
    for capability in set(Capability) - {Capability.PROGRESS, Capability.AI_CONTEXT}:
        assert derived[capability] == good[capability]


@pytest.mark.proves("snapshot:NFR-REL-001")
@pytest.mark.parametrize("error", [ZeroDivisionError, KeyError, TypeError, ValueError, AttributeError, IndexError])
def test_a_rule_that_cannot_digest_its_answers_fails_its_own_capability(error: type[Exception]) -> None:
    def broken(_: Material) -> Projection:
        raise error("no")

    row = replace(TABLE[Capability.PROGRESS, 1], derive=broken)
    found = assemble(
        metadata(), COURSE, "1", RESULTS, "id", rules=in_force(table={**TABLE, (Capability.PROGRESS, 1): row})
    )

    assert found.projection_statuses[Capability.PROGRESS] == Status(Readiness.FAILED, Reason.DERIVATION_FAILED)
    assert found.projection_statuses[Capability.ASSESSMENTS].readiness is Readiness.READY


def test_unknown_is_a_fact_and_nought_is_one() -> None:
    assert facts_problem(Capability.PROGRESS, {"progress.unit-1.average_pct": None, "progress.a.completed": 0}) == ""


def valid_pairs() -> set[tuple[Readiness, Reason | None]]:
    return {(readiness, reason) for readiness, reasons in REASONS.items() for reason in reasons}


@pytest.mark.proves("snapshot:FR-004", "snapshot:NFR-REL-001", "S2")
@pytest.mark.parametrize(("readiness", "reason"), list(product(Readiness, [None, *Reason])))
def test_every_readiness_has_its_own_reasons(readiness: Readiness, reason: Reason | None) -> None:
    missing = () if readiness is Readiness.READY else NAMED

    assert (status_problem(Status(readiness, reason, missing)) == "") is ((readiness, reason) in valid_pairs())


def test_every_reason_belongs_to_some_readiness() -> None:
    assert {reason for _, reason in valid_pairs()} == {None, *Reason}


def test_what_lacks_an_answer_names_it_and_what_is_ready_lacks_none() -> None:
    assert "names no oracle" in status_problem(Status(Readiness.FAILED, Reason.ORACLE_FAILED))
    assert "ready lacks progress" in status_problem(Status(Readiness.READY, None, NAMED))


def statuses(snapshot: Snapshot, **other: Status | None) -> dict[Capability, Status]:
    changed = {**snapshot.projection_statuses, **{Capability(name): status for name, status in other.items()}}
    return {kind: status for kind, status in changed.items() if status is not None}


GOOD = assembled()
LONE = Loaded(COURSE, contract.OBJECTIVES, SchedulePosition(), 1, DataStamp())


@pytest.mark.proves("snapshot:FR-002", "snapshot:FR-004")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"snapshot_id": "two words"}, "snapshot id 'two words' is not well formed"),
        ({"snapshot_id": ""}, "snapshot id '' is not well formed"),
        ({"request_token": ""}, "request token '' is not well formed"),
        ({"metadata": msgspec.structs.replace(metadata(), as_of=datetime(2026, 1, 1))}, "as_of has no time zone"),
        (
            {"metadata": msgspec.structs.replace(metadata(), generated_at=datetime(2026, 1, 1))},
            "generated_at has no time zone",
        ),
        ({"projection_statuses": statuses(GOOD, progress=None)}, "progress has no status"),
        (
            {"projection_statuses": statuses(GOOD, progress=Status(Readiness.READY, Reason.ORACLE_FAILED))},
            "progress: ready cannot have the reason oracle_failed",
        ),
        (
            {"projection_statuses": statuses(GOOD, progress=Status(Readiness.FAILED, Reason.DERIVATION_FAILED))},
            "projections are not those of the capabilities that are ready or partial",
        ),
        ({"projection_versions": {}}, "progress has no version"),
        ({"facts": {**GOOD.facts, "progress.unit-1.completed": float("nan")}}, "is nan, expected a finite number"),
        ({"projections": {}}, "fact 'summary.class_size' has no projection"),
        ({"fingerprints": {}}, "fingerprints are not those"),
        ({"oracles": {contract.PROGRESS: LONE}}, "the answer under progress is one of objectives about course"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_snapshot_that_contradicts_itself_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidSnapshot, match=words):
        check(msgspec.structs.replace(GOOD, **changes))


@pytest.mark.parametrize(
    "make", [assembled, lambda: assembled(Classroom(unit="unit-3")), lambda: assembled(Classroom())]
)
def test_what_is_assembled_holds(make: Callable[[], Snapshot]) -> None:
    assert check(make())


@pytest.mark.proves("snapshot:FR-001")
def test_the_assembler_refuses_an_id_that_is_none() -> None:
    with pytest.raises(InvalidSnapshot, match="snapshot id"):
        assemble(metadata(), COURSE, "1", RESULTS, "no/such id")

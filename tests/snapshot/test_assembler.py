"""Same answers in, same snapshot out; digests follow values and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from courses.contract import Semantics
from oracles import contract
from oracles.contract import DataStamp, Failed, FailureReason, Loaded, Scope, Source, TenantId
from snapshot.assembler import ForeignResult, assemble
from snapshot.contract import Capability
from snapshot.fingerprint import canonical, of_facts
from snapshot.projections import OPTIONAL, REQUIRED
from tests.snapshot.classroom import COURSE, MIXED, NOW, Classroom, metadata
from tests.snapshot.snapshots import CLASS, assembled

ROOT = Path(__file__).parents[2]
PRINT_DIGEST = """
from hashlib import sha256
from snapshot.keeping import to_bytes
from tests.snapshot.snapshots import assembled
print(sha256(to_bytes(assembled())).hexdigest())
"""


@pytest.mark.proves("AC-001", "FR-001", "FR-002", "FR-003", "FR-010", "S1")
def test_a_snapshot_carries_everything_that_is_known_about_its_scope() -> None:
    found = assembled()

    assert (found.scope, found.request_token, found.snapshot_id) == (COURSE, "1", "id")
    assert (found.snapshot_version, found.projection_version) == (2, 1)
    assert found.projection_versions == dict.fromkeys(Capability, 1)
    assert set(found.projections) == set(found.projection_statuses) == set(found.fingerprints) == set(Capability)
    assert set(found.oracle_statuses) == REQUIRED | OPTIONAL
    assert found.stamp["progress"] == 4
    assert found.metadata.generated_at == NOW


def test_every_fact_has_the_id_of_its_capability_and_a_typed_value() -> None:
    for name, value in assembled().facts.items():
        assert name.split(".")[0] in set(Capability)
        assert type(value) is (int if name.endswith(("count", "completed", "class_size")) else float)


@pytest.mark.proves("O4")
def test_oracle_statuses_say_where_answers_came_from_and_which_are_missing() -> None:
    results = CLASS.results(contract.OBJECTIVES)
    results[contract.PROGRESS] = Failed(COURSE, contract.PROGRESS, FailureReason.TIMEOUT)

    found = assemble(metadata(), COURSE, "1", results, "id").oracle_statuses

    assert found[contract.OBJECTIVES] == "missing"
    assert found[contract.PROGRESS] == "timeout"
    assert found[contract.ASSESSMENTS] == "loaded"


def test_a_result_of_another_scope_is_refused() -> None:
    foreign = Scope(TenantId(2), 7)
    results = CLASS.results()
    results[contract.PROGRESS] = replace(results[contract.PROGRESS], scope=foreign)

    with pytest.raises(ForeignResult, match="expected a result of"):
        assemble(metadata(), COURSE, "1", results, "id")


@pytest.mark.proves("FR-012", "S5")
def test_token_clock_order_and_source_do_not_change_a_fingerprint() -> None:
    other = {
        key: replace(result, source=Source.CACHE, started_at=9.0, stamp=DataStamp(roster=99, as_of=NOW))
        for key, result in reversed(CLASS.results().items())
        if isinstance(result, Loaded)
    }
    later = msgspec.structs.replace(metadata(), generated_at=NOW + timedelta(seconds=5))

    found = assemble(later, COURSE, "99", other, "another-id")

    assert found.fingerprints == assembled().fingerprints
    assert list(found.facts.items()) == list(assembled().facts.items())


@pytest.mark.proves("FR-012", "S5")
def test_one_changed_value_changes_the_fingerprint_of_its_capability_alone() -> None:
    before, after = assembled(), assembled(Classroom(MIXED, (100.0, 50.0, 10.0)))

    changed = {kind for kind in Capability if before.fingerprints[kind] != after.fingerprints[kind]}

    assert changed == {Capability.ASSESSMENTS, Capability.SUMMARY, Capability.AI_CONTEXT}


@pytest.mark.proves("S1")
def test_settings_that_change_numbers_change_the_signature() -> None:
    semantics = Semantics(progress_threshold=50)

    other = assemble(metadata(semantics), COURSE, "1", CLASS.results(), "id")

    assert other.config_signature != assembled().config_signature


def test_canonical_text_has_one_form() -> None:
    assert canonical({"b": 1.0, "a": [None, "é"]}) == b'{"a":[null,"\\u00e9"],"b":1.0}'
    assert of_facts(Capability.PROGRESS, {"a": 1}) != of_facts(Capability.SUMMARY, {"a": 1})


@pytest.mark.parametrize(
    ("seed", "zone", "language"), [("0", "Asia/Kathmandu", "de_DE.UTF-8"), ("4242", "America/St_Johns", "C")]
)
def test_another_process_zone_and_language_give_the_same_bytes(seed: str, zone: str, language: str) -> None:
    # The same program twice, so that nothing of this process counts.
    environment = {**os.environ, "TZ": "UTC", "LANG": "C.UTF-8", "PYTHONHASHSEED": "1"}
    other = {**environment, "TZ": zone, "LANG": language, "PYTHONHASHSEED": seed}
    digests = {
        subprocess.run(
            [sys.executable, "-c", PRINT_DIGEST], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        ).stdout
        for env in (environment, other)
    }

    assert len(digests) == 1

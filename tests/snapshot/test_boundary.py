"""The one-way boundary: assembler, projections and export compose and transform; they ask, wait for, keep nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from snapshot.assembler import assemble
from snapshot.export.contract import ExportRequest
from snapshot.export.csv_zip import build_zip
from tests.architecture.sources import imports, names
from tests.snapshot.classroom import COURSE, MIXED, Classroom, metadata

ROOT = Path(__file__).parents[2] / "snapshot"
PURE = ("ai_document", "assembler", "contract", "fingerprint", "keeping", "numbers", "proficiency", "validation")
TRANSFORMS = sorted([
    *(ROOT / f"{name}.py" for name in PURE),
    *(ROOT / "projections").glob("*.py"),
    *(ROOT / "export").glob("*.py"),
])  # fmt: skip
ORCHESTRATOR = ROOT / "data_snapshot.py"
OUTSIDE = {"django", "channels", "redis", "coordinator", "asyncio", "time", "random", "logging", "threading", "socket"}
BEHIND = ("oracles.instructor", "oracles.runner", "oracles.cache", "courses.models", "courses.access", "ingest")
POLICY = {
    *("queue", "queued", "enqueue", "stale", "latest", "coalesce", "retry", "debounce", "deadline"),
    *("cache", "cached", "ttl", "lru", "evict", "expire", "expires", "store", "lookup"),
    *("query", "queries", "sql", "cursor", "orm", "connection"),
}
MEMOISED = {"proficiency": {"cache"}}
"""`functools.cache` on a function of numbers is arithmetic, not a cache of anybody's data."""


def test_these_are_all_the_modules_that_there_are() -> None:
    known = {*TRANSFORMS, ORCHESTRATOR, ROOT / "telemetry.py", ROOT / "differences.py", ROOT / "__init__.py"}

    assert set(ROOT.rglob("*.py")) - known == set()


@pytest.mark.proves("snapshot:AC-006", "snapshot:FR-011")
@pytest.mark.parametrize("path", TRANSFORMS, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_no_transforming_module_reaches_outside(path: Path) -> None:
    found = set(imports(path))

    assert {name for name in found if name.split(".")[0] in OUTSIDE} == set()
    assert {name for name in found if name.startswith(BEHIND)} == set()


@pytest.mark.proves("snapshot:AC-006", "snapshot:FR-011")
@pytest.mark.parametrize("path", TRANSFORMS, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_no_transforming_module_speaks_of_queues_caches_or_queries(path: Path) -> None:
    policy = POLICY - MEMOISED.get(path.stem, set())

    assert {name for name in names(path) for word in name.split("_") if word in policy} == set()


@pytest.mark.proves("snapshot:AC-006", "snapshot:FR-011")
@pytest.mark.parametrize("path", TRANSFORMS, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_no_transforming_module_waits_for_anything(path: Path) -> None:
    waiting = (ast.Await, ast.AsyncFunctionDef, ast.AsyncWith, ast.AsyncFor)

    assert [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, waiting)] == []


@pytest.mark.proves("snapshot:AC-006")
def test_the_token_is_carried_and_never_judged() -> None:
    for path in TRANSFORMS:
        compared = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Compare)
            and any(isinstance(side, ast.Attribute) and "token" in side.attr for side in (node.left, *node.comparators))
            and not any(isinstance(side, ast.Attribute) and side.attr == "token_budget" for side in node.comparators)
        ]
        assert compared == [], path


@pytest.mark.proves("snapshot:FR-011")
def test_only_the_orchestrator_knows_the_coordinator() -> None:
    knowing = {
        path.stem for path in ROOT.rglob("*.py") if any(each.startswith("coordinator") for each in imports(path))
    }

    assert knowing == {"data_snapshot", "telemetry"}  # the latter knows the port to which figures go


@pytest.mark.django_db
@pytest.mark.proves("snapshot:AC-003", "snapshot:AC-006", "snapshot:FR-007")
def test_from_answers_to_a_file_the_database_is_asked_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    results = Classroom(MIXED, (100.0,)).results()

    with django_assert_num_queries(0):
        snapshot = assemble(metadata(), COURSE, "1", results, "id")
        build_zip(snapshot, ExportRequest())

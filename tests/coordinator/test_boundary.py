"""The coordinator knows no cache policy, no framework and no outside; the cache knows no coordinator."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.sources import imports, names

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "coordinator").glob("*.py"))
PURE = ("contract", "events", "actions", "state", "draft", "moves", "session", "outbox", "telemetry")
OUTSIDE = {"django", "channels", "redis", "asyncio", "time", "logging", "random", "datetime", "uuid"}
POLICY = {"ttl", "lru", "evict", "eviction", "prefix", "coalesce", "lease", "revisit", "bytes", "capacity"}


@pytest.mark.proves("R20", "FR-007", "AC-005")
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_module_holds_cache_policy(path: Path) -> None:
    assert [name for name in names(path) for word in POLICY if word in name.split("_")] == []


@pytest.mark.proves("FR-010", "AC-005")
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_module_imports_a_framework_or_what_is_behind_its_ports(path: Path) -> None:
    behind = ("django", "channels", "snapshot", "courses", "oracles.cache", "oracles.runner", "dashboard_project")

    assert [name for name in imports(path) if name.startswith(behind)] == []


@pytest.mark.proves("FR-009", "C1")
@pytest.mark.parametrize("name", PURE)
def test_the_core_knows_no_outside_world(name: str) -> None:
    found = {module.split(".")[0] for module in imports(ROOT / "coordinator" / f"{name}.py")}

    assert found & OUTSIDE == set()


@pytest.mark.proves("FR-010", "AC-005")
def test_the_oracles_and_their_cache_know_no_coordinator() -> None:
    for path in (ROOT / "oracles").rglob("*.py"):
        assert [name for name in imports(path) if name.startswith("coordinator")] == [], path

"""The layering of the packages, as pyproject.toml states it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1"}
    command = [str(LINT_IMPORTS), "--no-logo", "--no-cache", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.proves(
    "FR-007", "FR-010", "AC-005", "R20", "snapshot:FR-007", "snapshot:FR-011", "snapshot:AC-006", "O-11"
)
def test_every_import_contract_is_kept() -> None:
    result = lint(ROOT)

    assert result.returncode == 0, result.stdout


PLANTED = {
    "coordinator/session.py": ("import asyncio", "pure"),
    "oracles/contract.py": ("import django", "pure"),
    "coordinator/driver.py": ("import snapshot.contract", "coordinator"),
    "oracles/plan.py": ("import coordinator.events", "cache"),
    "snapshot/assembler.py": ("import courses.models", "snapshot-queryless"),
    "coordinator/writes/contract.py": ("import coordinator.events", "writes"),
    "coordinator/ports.py": ("import coordinator.writes.contract", "reads"),
    "courses/models/events.py": ("import ingest.records", "layers"),
    "experiences/contract.py": ("import django", "pure"),
    "experiences/digest/apps.py": ("import experiences.hygiene_tray", "experiences"),
    "experiences/outbox/apps.py": ("import experiences.decision_console", "experience-layers"),
    "experiences/hygiene_tray/apps.py": ("import ingest.records", "experiences-no-ingest"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and their contracts, where faults can be planted."""
    folder = tmp_path_factory.mktemp("copy")
    packages = ["coordinator", "courses", "dashboard_project", "experiences", "ingest", "oracles", "snapshot"]
    subprocess.run(["cp", "-r", *packages, "pyproject.toml", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.mark.parametrize("path", PLANTED)
def test_a_planted_import_against_the_rules_is_caught(copy: Path, path: str) -> None:
    line, contract = PLANTED[path]
    file = copy / path
    original = file.read_text()
    file.write_text(f"{original}\n{line}\n")

    result = lint(copy, "--contract", contract)

    file.write_text(original)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout

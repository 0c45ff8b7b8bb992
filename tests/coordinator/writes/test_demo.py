"""The demonstration runs and checks itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT


@pytest.mark.proves("X-03", "X-04", "Q-07")
def test_the_demonstration_runs_with_its_checks() -> None:
    command = [sys.executable, "-m", "examples.write_coordinator_demo"]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "2 workers, room for 1,000 records"
    assert lines.index("Back-pressure high") < lines.index("Back-pressure recovered")
    assert lines[-1].startswith("5,000 written, 0 lost")

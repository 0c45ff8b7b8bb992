"""The project's own files."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bench", "coordinator", "courses", "dashboard_project", "experiences", "ingest", "oracles", "snapshot")
SUPPORT = ("scripts", "tests")


def python_files(*folders: str) -> list[Path]:
    """Every Python file of the folders, without migrations, which Django writes."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file under version control that still exists; all files where there is no version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        return tuple(path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts)
    names = [name for name in listed.stdout.split("\0") if name]
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))

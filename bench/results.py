"""What was measured, when and on what class of machine, as JSON: for comparing runs. No host names, no paths."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from bench.contract import Row

FILE = Path(__file__).resolve().parent / "results" / "latest.json"


def machine() -> dict[str, object]:
    """The class of this machine."""
    return {
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def document(rows: Sequence[Row], at: datetime, *, is_quick: bool, failures: Mapping[str, str]) -> dict[str, object]:
    """Everything of one run."""
    return {
        "at": at.isoformat(timespec="seconds"),
        "quick": is_quick,
        "machine": machine(),
        "rows": [_row(row) for row in rows],
        "failures": dict(failures),
    }


def write(content: Mapping[str, object], file: Path = FILE) -> None:
    """The file holds this run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _row(row: Row) -> dict[str, object]:
    return {
        "figure": row.figure,
        "what": row.what,
        "unit": row.unit,
        "measured": asdict(row.measured),
        "floor": asdict(row.floor) if row.floor else None,
        "budget": str(row.budget) if row.budget else None,
        "ratio": row.ratio,
        "target": str(row.target) if row.target else None,
        "misses": list(row.misses),
    }

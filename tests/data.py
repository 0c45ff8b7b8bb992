"""Where the real course data is: `LECTERN_DATA`, else `../shared/data` beside the project. It is not copied into it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("LECTERN_DATA") or Path(__file__).parents[2] / "shared" / "data")


def data_file(name: str) -> Path:
    """The file of this name under the data folder; without it the test is skipped, saying so."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"no {path}: set LECTERN_DATA to the folder that holds {name}")
    return path

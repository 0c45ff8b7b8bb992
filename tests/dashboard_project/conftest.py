"""A database that is up to date, for tests of what uses one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.once import put_a_migrated_database_into


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """LECTERN_VAR of a server of the test's own, with an empty database that is up to date."""
    put_a_migrated_database_into(tmp_path)
    return tmp_path

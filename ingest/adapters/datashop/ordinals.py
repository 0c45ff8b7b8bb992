"""Tells equal rows apart: how many like this one came before it in the file.

Counted in a temporary database on disk, so that memory does not grow with the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from weakref import finalize

type Ordinal = Callable[[bytes], int]
"""Digest of a row → 1 for the first such row, 2 for the second."""


def ordinals() -> Ordinal:
    """Counts from now on; what it keeps is gone with it."""
    counts = sqlite3.connect("", isolation_level=None)
    counts.execute("CREATE TABLE seen (row BLOB PRIMARY KEY, n INTEGER) WITHOUT ROWID")
    counts.execute("BEGIN")
    more = "INSERT INTO seen VALUES (?, 1) ON CONFLICT (row) DO UPDATE SET n = n + 1 RETURNING n"

    def ordinal(row: bytes) -> int:
        number: int = counts.execute(more, (row,)).fetchone()[0]
        return number

    finalize(ordinal, counts.close)
    return ordinal

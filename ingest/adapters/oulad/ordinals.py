"""Tells equal rows apart: how many like this one came before it in the file.

The official log is sorted by day, so remembering one day is enough. A file that is not keeps its counts in a temporary
database on disk: memory does not grow with the file either way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from weakref import finalize

type Ordinal = Callable[[int, int, int], int]
"""(day, student, thing) → how many equal rows came before."""


def within_a_day() -> Ordinal:
    """For rows that come sorted by day."""
    today: int | None = None
    counts: dict[tuple[int, int], int] = {}

    def ordinal(day: int, student: int, thing: int) -> int:
        nonlocal today
        if day != today:
            today = day
            counts.clear()
        before = counts.get((student, thing), 0)
        counts[student, thing] = before + 1
        return before

    return ordinal


def in_any_order() -> Ordinal:
    """For rows in any order; counts on disk, gone with the function that is returned."""
    counts = sqlite3.connect("", isolation_level=None)
    counts.execute("CREATE TABLE seen (day, student, thing, n, PRIMARY KEY (day, student, thing)) WITHOUT ROWID")
    counts.execute("BEGIN")
    more = "INSERT INTO seen VALUES (?, ?, ?, 0) ON CONFLICT (day, student, thing) DO UPDATE SET n = n + 1 RETURNING n"

    def ordinal(day: int, student: int, thing: int) -> int:
        before: int = counts.execute(more, (day, student, thing)).fetchone()[0]
        return before

    finalize(ordinal, counts.close)
    return ordinal

"""A bundle (folder or ZIP) becomes a section record and a stream of event records.

Everything is checked before anything is written: form of the cells, keys that are named, rules of the write path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import UUID

from ingest.adapters.bundle import schema
from ingest.adapters.bundle.files import check_bundle, rows
from ingest.adapters.bundle.schema import Row
from ingest.adapters.bundle.tree import section_record
from ingest.errors import BrokenFile, Flaw
from ingest.importing import OnFlaw, Prepared, refuse
from ingest.records import EventRecord, JsonScalar, Verb
from ingest.validation import Unacceptable, check, result_json

MOST_ROWS = 200_000
"""Of any table but the events: these are held in memory."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an event may name."""

    learners: frozenset[str]
    pages: frozenset[str]
    activities: Mapping[str, str]
    """Activity → the page it is on."""


def prepare(path: Path, on_flaw: OnFlaw) -> Prepared:
    """The bundle, read and checked as a whole; its events are read anew by each call of `events`.

    Raises:
        BrokenFile: what is wrong, and where.

    """
    check_bundle(path)
    tables = {table.name: _held(path, table) for table in schema.TABLES if table is not schema.EVENTS}
    if len(tables["course"]) != 1:
        raise BrokenFile(Flaw(schema.COURSE.file, 1, "", f"expected one row, got {len(tables['course'])}"))
    section, known = section_record(tables), _known(tables)
    # Counting them checks every row before anything is written.
    total = sum(1 for _ in _events(path, known, on_flaw))
    return Prepared(section, lambda: _events(path, known, _let_pass), total)


def _let_pass(_: Flaw) -> None:
    """The second reading: what is wrong was said in the first."""


def _held(path: Path, table: schema.Table) -> list[Row]:
    held: list[Row] = []
    for row in rows(path, table, refuse):
        if len(held) == MOST_ROWS:
            raise BrokenFile(Flaw(table.file, row.line, "", f"expected at most {MOST_ROWS:,} rows, got more"))
        held.append(row)
    return held


def _known(tables: Mapping[str, list[Row]]) -> Known:
    return Known(
        frozenset(row.text("learner") for row in tables["enrollments"]),
        frozenset(row.text("key") for row in tables["pages"]),
        {row.text("key"): row.text("page") for row in tables["activities"]},
    )


def _events(path: Path, known: Known, on_flaw: OnFlaw) -> Iterator[EventRecord]:
    for row in rows(path, schema.EVENTS, on_flaw):
        flaw = _unknown(row, known) or _unacceptable(row)
        if flaw is None:
            yield _event(row)
        else:
            on_flaw(Flaw(schema.EVENTS.file, row.line, *flaw))


def _unknown(row: Row, known: Known) -> tuple[str, str] | None:
    """Column and reason, if the event names what this bundle does not have."""
    learner, page, activity = row.text("learner"), row.text("page"), row.text("activity")
    if learner not in known.learners:
        return "learner", f"{learner[:80]!r} is not enrolled"
    if page not in known.pages:
        return "page", f"{page[:80]!r} is not a known key"
    if activity and known.activities.get(activity) != page:
        return "activity", f"{activity[:80]!r} is not on page {page[:80]!r}"
    return None


def _unacceptable(row: Row) -> tuple[str, str] | None:
    try:
        record = _event(row)
        check(record)
        result_json(record)
    except Unacceptable as wrong:
        return "", wrong.detail
    return None


def _event(row: Row) -> EventRecord:
    return EventRecord(
        event_id=cast("UUID", row["event_id"]),
        learner=row.text("learner"),
        verb=Verb(row.text("verb")),
        page=row.text("page"),
        timestamp=cast("datetime", row["timestamp"]),
        source=row.text("source"),
        activity=cast("str | None", row["activity"]),
        success=cast("bool | None", row["success"]),
        attempts=cast("int", row["attempts"]),
        correct=cast("int", row["correct"]),
        score=cast("float | None", row["score"]),
        out_of=cast("float | None", row["out_of"]),
        sequence=cast("int", row["sequence"]),
        result=cast("Mapping[str, JsonScalar]", row["result"]),
    )

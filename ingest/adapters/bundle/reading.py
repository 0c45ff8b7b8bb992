"""A bundle (folder or ZIP) becomes a section record and a stream of event records.

Everything is checked against the schema before anything is written: file, line, column, reason.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import cast
from uuid import UUID
from zipfile import ZipFile

from ingest.adapters.bundle import schema
from ingest.adapters.bundle.schema import Cell, Table, WrongCell, read_cell
from ingest.adapters.bundle.tree import section_record
from ingest.errors import BrokenFile, Flaw
from ingest.importing import OnFlaw, Prepared, refuse
from ingest.records import EventRecord, JsonScalar, Verb
from ingest.zips import checked_members

Row = Mapping[str, Cell]


def prepare(path: Path, on_flaw: OnFlaw) -> Prepared:
    """The bundle, read and checked as a whole; its events are read anew by each call of `events`.

    Raises:
        BrokenFile: what is wrong, and where.
    """
    tables = {table.name: list(_rows(path, table, refuse)) for table in schema.TABLES if table is not schema.EVENTS}
    courses = tables["course"]
    if len(courses) != 1:
        raise BrokenFile(Flaw(schema.COURSE.file, 1, "", f"expected one row, got {len(courses)}"))
    for _ in _rows(path, schema.EVENTS, on_flaw):
        pass  # every row is checked before anything is written
    return Prepared(section_record(tables), lambda: map(_event, _rows(path, schema.EVENTS, _let_pass)))


def _let_pass(_: Flaw) -> None:
    """The second reading: what is wrong was said in the first."""


def _rows(path: Path, table: Table, on_flaw: OnFlaw) -> Iterator[Row]:
    with _text(path, table) as lines:
        reader = csv.reader(lines, strict=True)
        try:
            _check_header(table, next(reader, []))
            for row in reader:
                try:
                    values = _row(table, reader.line_num, row)
                except BrokenFile as bad:
                    on_flaw(bad.flaw)
                    continue
                yield values
        except (csv.Error, UnicodeDecodeError) as damaged:
            raise BrokenFile(Flaw(table.file, reader.line_num + 1, "", str(damaged))) from damaged


@contextmanager
def _text(path: Path, table: Table) -> Iterator[TextIOWrapper]:
    if path.is_dir():
        member = path / table.file
        if not member.is_file():
            raise BrokenFile(Flaw(table.file, 0, "", "expected this file in the bundle, it is not there"))
        with member.open(encoding="utf-8-sig", newline="") as file:
            yield file
        return
    checked_members(path, required={each.file for each in schema.TABLES})
    with ZipFile(path) as archive, archive.open(table.file) as raw, TextIOWrapper(raw, "utf-8-sig", newline="") as file:
        yield file


def _check_header(table: Table, header: list[str]) -> None:
    if header != table.header:
        raise BrokenFile(
            Flaw(table.file, 1, "", f"expected the columns {','.join(table.header)}, got {','.join(header)}")
        )


def _row(table: Table, line: int, row: list[str]) -> Row:
    if len(row) != len(table.fields):
        raise BrokenFile(Flaw(table.file, line, "", f"expected {len(table.fields)} fields, got {len(row)}"))
    values: dict[str, Cell] = {}
    for field, text in zip(table.fields, row, strict=True):
        try:
            values[field.name] = read_cell(field, text)
        except WrongCell as wrong:
            raise BrokenFile(Flaw(table.file, line, field.name, str(wrong))) from wrong
    return values


def _event(row: Row) -> EventRecord:
    cell: Callable[[str], Cell] = row.__getitem__
    return EventRecord(
        event_id=cast("UUID", cell("event_id")),
        learner=str(cell("learner")),
        verb=Verb(str(cell("verb"))),
        page=str(cell("page")),
        timestamp=cast("datetime", cell("timestamp")),
        source=str(cell("source")),
        activity=cast("str | None", cell("activity")),
        success=cast("bool | None", cell("success")),
        attempts=cast("int", cell("attempts")),
        correct=cast("int", cell("correct")),
        score=cast("float | None", cell("score")),
        out_of=cast("float | None", cell("out_of")),
        sequence=cast("int", cell("sequence")),
        result=cast("Mapping[str, JsonScalar]", cell("result")),
    )

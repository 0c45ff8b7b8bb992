"""The files of a bundle, in a folder or a ZIP, as typed rows: whatever is wrong is told with file, line and column."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from zipfile import ZipFile

from ingest.adapters.bundle import schema
from ingest.adapters.bundle.cells import WrongCell, read_cell
from ingest.adapters.bundle.schema import Cell, Field, Row, Table
from ingest.errors import BrokenFile, Flaw
from ingest.importing import OnFlaw
from ingest.lines import LineTooLong, bounded
from ingest.zips import DAMAGED, checked_members

PACKAGE = "datapackage.json"
LONGEST_PACKAGE = 1 << 20


def check_bundle(path: Path) -> None:
    """Every table is there, and the bundle is of the version that we read. Its description may be missing.

    Raises:
        BrokenFile: what is wrong.

    """
    required = {table.file for table in schema.TABLES}
    there = {each.name for each in path.iterdir()} if path.is_dir() else checked_members(path, required).keys()
    if missing := sorted(required - there):
        raise BrokenFile(Flaw(missing[0], 0, "", "expected this file in the bundle, it is not there"))
    if PACKAGE in there:
        _check_package(path)


def rows(path: Path, table: Table, on_flaw: OnFlaw) -> Iterator[Row]:
    """The rows of one table of a checked bundle.

    Raises:
        BrokenFile: the file cannot be read as CSV at all, or `on_flaw` refuses a row.

    """
    line = 0
    try:
        with _text(path, table.file) as text:
            reader = csv.reader(bounded(text), strict=True)
            fields = _fields(table, next(reader, []))
            for values in reader:
                line = reader.line_num
                if values and (cells := _cells(table, fields, line, values, on_flaw)):
                    yield Row(line, cells)
    except (csv.Error, LineTooLong) as damaged:
        raise BrokenFile(Flaw(table.file, line + 1, "", f"expected CSV: {damaged}")) from damaged
    except UnicodeDecodeError as damaged:
        raise BrokenFile(Flaw(table.file, line, "", f"expected UTF-8: {damaged.reason} after this line")) from damaged
    except DAMAGED as damaged:
        raise BrokenFile(Flaw(table.file, line, "", f"the bundle is damaged here: {damaged}")) from damaged


@contextmanager
def _text(path: Path, name: str) -> Iterator[TextIOWrapper]:
    if path.is_dir():
        with (path / name).open(encoding="utf-8-sig", newline="") as file:
            yield file
        return
    with ZipFile(path) as archive, archive.open(name) as raw, TextIOWrapper(raw, "utf-8-sig", newline="") as file:
        yield file


def _check_package(path: Path) -> None:
    try:
        with _text(path, PACKAGE) as file:
            package = json.loads(file.read(LONGEST_PACKAGE))
    except (*DAMAGED, ValueError, RecursionError) as wrong:
        raise BrokenFile(Flaw(PACKAGE, 0, "", f"expected a JSON object: {wrong}")) from wrong
    version = package.get("lectern_bundle") if isinstance(package, dict) else None
    if version != schema.BUNDLE_VERSION:
        reason = f"expected version {schema.BUNDLE_VERSION} of the bundle in `lectern_bundle`, got {version!r}"
        raise BrokenFile(Flaw(PACKAGE, 0, "", reason[:300]))


def _fields(table: Table, header: list[str]) -> tuple[Field, ...]:
    """The fields that this file has: all of them, or those of the first bundles."""
    if header == table.header:
        return table.fields
    if header == table.first_header:
        return tuple(field for field in table.fields if not field.is_later)
    expected, got = ",".join(table.header), ",".join(header)[:300]
    raise BrokenFile(Flaw(table.file, 1, "", f"expected the columns {expected}, got {got or 'nothing'}"))


def _cells(
    table: Table, fields: tuple[Field, ...], line: int, texts: list[str], on_flaw: OnFlaw
) -> dict[str, Cell] | None:
    if len(texts) != len(fields):
        on_flaw(Flaw(table.file, line, "", f"expected {len(fields)} fields, got {len(texts)}"))
        return None
    cells: dict[str, Cell] = dict.fromkeys(table.header)
    for field, text in zip(fields, texts, strict=True):
        try:
            cells[field.name] = read_cell(field, text)
        except WrongCell as wrong:
            on_flaw(Flaw(table.file, line, field.name, str(wrong)))
            return None
    return cells

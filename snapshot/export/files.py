"""From a dataset to the bytes of its files. Pure."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import StringIO

from snapshot.contract import Snapshot
from snapshot.export.cells import CellWriter
from snapshot.export.contract import Dataset, ExportRequest, FileEntry, Place, Row, Table

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class File:
    """Bytes, what the manifest says about them, and which facts stand where in them."""

    entry: FileEntry
    content: bytes
    places: Mapping[str, Place] = field(default_factory=dict)


def plain_file(name: str, content: bytes) -> File:
    return File(FileEntry(name, len(content), sha256(content).hexdigest()), content)


def files_of(snapshot: Snapshot, dataset: Dataset, request: ExportRequest) -> tuple[File, ...]:
    """The dataset's files; none when it has no rows."""
    content = dataset.content
    if not isinstance(content, Table):
        return tuple(plain_file(name, made) for name, made in content.make(snapshot).items())
    rows = list(content.rows(snapshot))
    return (_table(f"{dataset.id}.csv", content, rows, snapshot, request),) if rows else ()


def _table(name: str, table: Table, rows: Sequence[Row], snapshot: Snapshot, request: ExportRequest) -> File:
    writer = CellWriter(snapshot.metadata.time_zone, request.is_raw)
    lines = [[writer.write(cell) for cell in row.cells] for row in rows]
    content = ((BOM if request.bom else "") + _csv(table, lines)).encode()
    entry = FileEntry(name, len(content), sha256(content).hexdigest(), len(rows), writer.guarded_cells)
    places = {fact: Place(name, n, column) for n, row in enumerate(rows, 1) for column, fact in row.facts}
    return File(entry, content, places)


def _csv(table: Table, lines: Sequence[Sequence[str]]) -> str:
    """RFC 4180: comma, CRLF, quotes where needed, a header."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(lines)
    return text.getvalue()

"""A DataShop export becomes a section: one pass to check and outline, one to yield the events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.adapters.datashop.columns import Columns, UnreadableHeader, read_header
from ingest.adapters.datashop.events import events
from ingest.adapters.datashop.outline import Keys, Outline, keys, section_record
from ingest.adapters.datashop.rows import UnreadableRow, read_row
from ingest.adapters.datashop.source import UnreadableFile, rows
from ingest.errors import BrokenFile, Flaw
from ingest.importing import OnFlaw, Prepared
from ingest.records import EventRecord


def prepare(path: Path, section: str, title: str, model: str | None, on_flaw: OnFlaw) -> Prepared:
    """The section of this export.

    Raises:
        BrokenFile: the file cannot be read, or a row cannot and `on_flaw` does not let it pass.

    """
    columns, outline, skipped = _outline(path, model, on_flaw)
    if not outline.pages:
        raise BrokenFile(Flaw(path.name, 0, "", "expected at least one row, got none"))
    names = keys(outline)

    def again() -> Iterator[EventRecord]:
        return _events(path, columns, names, section, skipped)

    return Prepared(section_record(outline, names, section, title), again, outline.rows)


def _outline(path: Path, model: str | None, on_flaw: OnFlaw) -> tuple[Columns, Outline, frozenset[int]]:
    outline = Outline()
    skipped: set[int] = set()
    with _named(path), rows(path) as table:
        columns = read_header(next(table, (1, []))[1], model)
        for line, row in table:
            try:
                outline.add(read_row(columns, row))
            except UnreadableRow as bad:
                on_flaw(Flaw(path.name, line, bad.column, bad.reason))
                skipped.add(line)
    return columns, outline, frozenset(skipped)


def _events(path: Path, columns: Columns, names: Keys, section: str, skipped: frozenset[int]) -> Iterator[EventRecord]:
    with _named(path), rows(path) as table:
        next(table, None)
        yield from events(columns, ((line, row) for line, row in table if line not in skipped), names, section)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What is wrong with the file is said with its name."""
    try:
        yield
    except UnreadableHeader as broken:
        raise BrokenFile(Flaw(path.name, 1, "", str(broken))) from broken
    except (UnreadableFile, UnreadableRow) as broken:
        raise BrokenFile(Flaw(path.name, 0, "", str(broken))) from broken

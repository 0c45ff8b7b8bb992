"""Lines become the fields of each record. Pure.

Exports write text as it is, so a quote in an answer is only a quote; but a spreadsheet that saved the file again
quotes whole fields, even over several lines. A line with the right number of tabs is taken as it stands; another one is
read by the rules of quoting, and taken so only if that gives the right number of fields. A damaged line therefore
costs no other.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

MAX_LINES = 100
"""Longest quoted field, in lines."""
MAX_FIELD = 128 * 1024

type Row = tuple[int, list[str]]
"""Number of the line that the record begins with, from 1, and its fields."""


class _Lines:
    """Numbered lines, some of which may be given back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = enumerate(lines, start=1)
        self._ahead: deque[tuple[int, str]] = deque()

    def take(self) -> tuple[int, str] | None:
        return self._ahead.popleft() if self._ahead else next(self._source, None)

    def give_back(self, taken: list[tuple[int, str]]) -> None:
        self._ahead.extendleft(reversed(taken))


def split(lines: Iterable[str]) -> Iterator[Row]:
    """The records of a tab-separated table; the first one says how many fields a record has."""
    source = _Lines(lines)
    width = 0
    while (taken := source.take()) is not None:
        number, line = taken
        if not line.strip():
            continue  # empty, or nothing but tabs: as editors and spreadsheets leave at the end
        fields = line.rstrip("\r\n").split("\t")
        width = width or len(fields)
        if '"' in line:
            quoted = _quoted(line, width, source) if len(fields) != width else None
            fields = quoted or [_unquote(field) for field in fields]
        yield number, fields


def _quoted(line: str, width: int, following: _Lines) -> list[str] | None:
    """The record that begins with this line by the rules of quoting; `None`: that gives no record of this width."""
    taken: list[tuple[int, str]] = []
    quotes = line.count('"')
    while quotes % 2 and len(taken) < MAX_LINES and (more := following.take()):
        taken.append(more)
        quotes += more[1].count('"')
    reader = csv.reader([line, *(text for _, text in taken)], delimiter="\t")
    fields = next(reader)
    is_record = len(fields) == width
    following.give_back(taken[reader.line_num - 1 :] if is_record else taken)
    return fields if is_record else None


def _unquote(field: str) -> str:
    if len(field) > 1 and field.startswith('"') and field.endswith('"'):
        return field[1:-1].replace('""', '"')
    return field

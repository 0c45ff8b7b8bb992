"""Opens an export (`.txt`, `.tsv`, `.gz`, `.zip` with one table) as rows of text, streaming.

Encodings: UTF-16 and UTF-8 by their marks, else UTF-8 if the whole file is, else Windows-1252 (what spreadsheets
save), whose undefined bytes become U+FFFD. Sizes are capped before anything is parsed.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, cast

MAX_BYTES = 2 * 1024**3
MAX_RATIO = 200
MAX_LINES = 100
"""Longest quoted field, in lines."""
MAX_FIELD = 128 * 1024
CHUNK = 1 << 20


class UnreadableFile(ValueError):
    """The file as a whole cannot be read: what was expected, what was found."""


@contextmanager
def rows(path: Path) -> Iterator[Iterator[list[str]]]:
    """The rows of the table, header first.

    Raises:
        UnreadableFile: no such file, not one table, too large, or damaged.
    """
    csv.field_size_limit(MAX_FIELD)
    encoding = _encoding(path)
    try:
        with _binary(path) as raw, TextIOWrapper(raw, encoding, errors="replace", newline="") as text:
            yield split(text)
    except (csv.Error, EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as damaged:
        raise UnreadableFile(f"{path.name}: expected a tab-separated table, {damaged}") from damaged


def split(lines: Iterable[str]) -> Iterator[list[str]]:
    """Fields of each record.

    Exports write text as it is, so a quote in an answer is only a quote; but a spreadsheet that saved the file again
    quotes whole fields, even over several lines. A line with the right number of tabs is taken as it stands;
    only another one is read by the rules of quoting.
    """
    source = iter(lines)
    width = 0
    for line in source:
        fields = line.rstrip("\r\n").split("\t")
        if width and len(fields) != width and '"' in line:
            fields = _quoted(line, source)
        width = width or len(fields)
        yield [_unquote(field) for field in fields]


def _quoted(line: str, following: Iterator[str]) -> list[str]:
    """The record that begins with this line, read on while a quote is open (at most `MAX_LINES`)."""
    record = [line]
    while "".join(record).count('"') % 2 and len(record) < MAX_LINES and (more := next(following, "")):
        record.append(more)
    return next(csv.reader(record, delimiter="\t"))


def _unquote(field: str) -> str:
    if len(field) > 1 and field.startswith('"') and field.endswith('"'):
        return field[1:-1].replace('""', '"')
    return field


@contextmanager
def _binary(path: Path) -> Iterator[IO[bytes]]:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open(_only_table(archive, path)) as raw:
                yield raw
        elif _starts_with(path, b"\x1f\x8b"):
            with gzip.open(path) as raw:
                yield cast("IO[bytes]", raw)
        else:
            with path.open("rb") as raw:
                yield raw
    except OSError as unreadable:
        raise UnreadableFile(f"{path.name}: {unreadable.strerror or unreadable}") from unreadable


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as raw:
        return raw.read(len(mark)) == mark


def _only_table(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    tables = [entry for entry in archive.infolist() if not entry.is_dir() and not entry.filename.startswith("__MACOSX")]
    if len(tables) != 1:
        raise UnreadableFile(f"{path.name}: expected a ZIP with one table, it has {len(tables)} files")
    (table,) = tables
    if table.flag_bits & 1:
        raise UnreadableFile(f"{path.name}: the ZIP is encrypted")
    if table.file_size > MAX_BYTES or table.file_size > MAX_RATIO * max(1, table.compress_size):
        raise UnreadableFile(f"{path.name}: {table.file_size} bytes unpacked is more than we accept")
    return table


def _encoding(path: Path) -> str:
    """The encoding of the whole file, found by reading it once."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    total = 0
    with _binary(path) as raw:
        head = raw.read(CHUNK)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        chunk = head
        while chunk:
            total += len(chunk)
            if total > MAX_BYTES:
                raise UnreadableFile(f"{path.name}: more than {MAX_BYTES} bytes unpacked")
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return "cp1252"
            chunk = raw.read(CHUNK)
    return "utf-8-sig"

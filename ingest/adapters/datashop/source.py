"""Opens an export (`.txt`, `.tsv`, `.gz`, `.zip` with one table) as text, streaming.

Encodings: UTF-16 and UTF-8 by their marks, else UTF-8 if the whole file is, else Windows-1252 (what spreadsheets
save), whose undefined bytes become U+FFFD. The file is read once for that, so that its size is known to be bearable
before anything is parsed.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import IO, cast

from ingest.adapters.datashop.splitting import MAX_FIELD, Row, split
from ingest.errors import IngestError
from ingest.lines import LineTooLong, bounded
from ingest.zips import DAMAGED, bearable, checked_members

MAX_BYTES = 2 * 1024**3
CHUNK = 1 << 20


class UnreadableFile(IngestError):
    """The file as a whole cannot be read: what was expected, what was found."""


@contextmanager
def rows(path: Path) -> Iterator[Iterator[Row]]:
    """The rows of the table, header first.

    Raises:
        UnreadableFile: no such file, not one table, too large, or damaged.
        BrokenFile: a ZIP that we do not unpack.

    """
    csv.field_size_limit(MAX_FIELD)
    with _binary(path) as raw:
        encoding = _encoding(raw, min(MAX_BYTES, bearable(path.stat().st_size)))
    with _binary(path) as raw, TextIOWrapper(raw, encoding, errors="replace", newline="") as text:
        yield split(bounded(text))


@contextmanager
def _binary(path: Path) -> Iterator[IO[bytes]]:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open(_only_table(path)) as raw:
                yield raw
        elif _starts_with(path, b"\x1f\x8b"):
            with gzip.open(path) as raw:
                yield cast("IO[bytes]", raw)
        else:
            with path.open("rb") as raw:
                yield raw
    except (*DAMAGED, csv.Error, LineTooLong) as damaged:
        reason = getattr(damaged, "strerror", None) or damaged
        raise UnreadableFile(f"expected a tab-separated table: {reason}") from damaged


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as raw:
        return raw.read(len(mark)) == mark


def _only_table(path: Path) -> zipfile.ZipInfo:
    members = checked_members(path, ())
    tables = [entry for name, entry in members.items() if not name.startswith("__MACOSX")]
    if len(tables) != 1:
        raise UnreadableFile(f"expected a ZIP with one table, it has {len(tables)} files")
    return tables[0]


def _encoding(raw: IO[bytes], most: int) -> str:
    """The encoding of all these bytes, of which there are not too many."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    total, mark, is_utf8 = 0, b"", True
    for chunk in iter(partial(raw.read, CHUNK), b""):
        mark = mark or chunk[:2]
        total += len(chunk)
        if total > most:
            raise UnreadableFile(f"expected at most {most} bytes unpacked, got more")
        is_utf8 = is_utf8 and _decodes(decoder, chunk)
    if mark in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    return "utf-8-sig" if is_utf8 and _decodes(decoder, b"", final=True) else "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True

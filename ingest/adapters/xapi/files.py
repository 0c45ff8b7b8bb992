"""Statements in a file, one at a time: a JSON array or a line each, plain, gzip or in a ZIP.

Memory holds one statement and one piece of the file; a statement larger than a mebibyte is none.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from ingest.json_text import DECODER, NotJson, check
from ingest.zips import DAMAGED, checked_members

PIECE = 64 * 1024
LARGEST = 1 << 20
MOST_BYTES = 4 * 1024**3
"""Unpacked: what a gzip file is believed to hold."""
SUFFIXES = (".json", ".jsonl", ".ndjson")
SPACE = " \t\r\n\ufeff"


class UnreadableStatements(ValueError):
    """The file cannot be read any further; `line` says from where on."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class Item:
    """A value of the file, or why there is none, and the line it begins on."""

    line: int
    value: object = None
    flaw: str = ""


def items(path: Path) -> Iterator[Item]:
    """Every statement of the file, in order; one that is no JSON ends a JSON array, but costs only its line otherwise.

    Raises:
        UnreadableStatements: nothing after this line can be made sense of.
        BrokenFile: the ZIP is none that we unpack.

    """
    with _text(path) as text:
        reader = _Reader(text)
        try:
            yield from reader.array() if reader.begins_array() else reader.lines()
        except UnicodeDecodeError as broken:
            raise UnreadableStatements(reader.line, f"expected UTF-8 text, {broken.reason}") from broken
        except DAMAGED as broken:
            raise UnreadableStatements(reader.line, f"the file is damaged: {broken}") from broken


@contextmanager
def _text(path: Path) -> Iterator[IO[str]]:
    if path.suffix == ".zip":
        members = [name for name in checked_members(path, ()) if name.lower().endswith(SUFFIXES)]
        if len(members) != 1:
            raise UnreadableStatements(0, f"expected one file of {', '.join(SUFFIXES)} in the ZIP, got {len(members)}")
        with ZipFile(path) as archive, archive.open(members[0]) as packed:
            yield io.TextIOWrapper(packed, encoding="utf-8")
        return
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as plain:
        yield io.TextIOWrapper(plain, encoding="utf-8")


class _Reader:
    """A window on the text that moves on as values are taken from it."""

    def __init__(self, text: IO[str]) -> None:
        self.line = 1
        self._source = text
        self._window = ""
        self._at = 0
        self._read = 0

    def begins_array(self) -> bool:
        """Whether the first thing is `[`: then it is an array, and no line is a statement."""
        if self._skip() != "[":
            return False
        self._take(1)
        return True

    def array(self) -> Iterator[Item]:
        if self._skip() == "]":
            self._take(1)
            self._nothing_more()
            return
        while True:
            self._skip()
            line = self.line
            yield Item(line, self._value())
            after = self._skip()
            self._take(1)
            if after == "]":
                self._nothing_more()
                return
            if after != ",":
                raise UnreadableStatements(self.line, "expected , or ] after a statement")

    def lines(self) -> Iterator[Item]:
        while self._skip():
            line = self.line
            text = self._rest_of_line()
            try:
                yield Item(line, _parsed(text))
            except NotJson as flaw:
                yield Item(line, flaw=str(flaw))

    def _skip(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._window):
                character = self._window[self._at]
                if character not in SPACE:
                    return character
                self._take(1)
            if not self._more():
                return ""

    def _value(self) -> object:
        """The JSON value that begins here. A larger window is tried until it fits."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._window, self._at)
            except json.JSONDecodeError as broken:
                if self._has_more():
                    continue
                raise UnreadableStatements(self.line, f"expected JSON: {broken.msg}") from broken
            except (NotJson, RecursionError) as broken:
                reason = str(broken) if isinstance(broken, NotJson) else "nested too deeply"
                raise UnreadableStatements(self.line, reason) from broken
            if end == len(self._window) and self._has_more():
                continue  # a number may go on
            self._take(end - self._at)
            try:
                check(value)
            except NotJson as flaw:
                raise UnreadableStatements(self.line, str(flaw)) from flaw
            return value

    def _rest_of_line(self) -> str:
        while (end := self._window.find("\n", self._at)) < 0:
            if not self._has_more():
                end = len(self._window)
                break
        text = self._window[self._at : end]
        self._take(end - self._at)
        return text

    def _nothing_more(self) -> None:
        if self._skip():
            raise UnreadableStatements(self.line, "expected nothing after the array")

    def _take(self, length: int) -> None:
        self.line += self._window.count("\n", self._at, self._at + length)
        self._at += length

    def _has_more(self) -> bool:
        """The window grew; false at the end of the file. Raises when a single value is larger than we believe."""
        if len(self._window) - self._at > LARGEST:
            raise UnreadableStatements(self.line, f"expected statements of at most {LARGEST:,} characters")
        return self._more()

    def _more(self) -> bool:
        # A window twice as large each time: a large value is not read a thousand times.
        held = len(self._window) - self._at
        piece = self._source.read(max(PIECE, held))
        self._read += len(piece)
        if self._read > MOST_BYTES:
            raise UnreadableStatements(self.line, f"expected at most {MOST_BYTES:,} characters")
        self._window, self._at = self._window[self._at :] + piece, 0
        return bool(piece)


def _parsed(text: str) -> object:
    try:
        value = DECODER.decode(text)
    except json.JSONDecodeError as broken:
        raise NotJson(f"expected JSON: {broken.msg} at column {broken.colno}") from broken
    except RecursionError as broken:
        raise NotJson("nested too deeply") from broken
    check(value)
    return value

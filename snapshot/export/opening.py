"""Reads the files out of a ZIP that anybody may have made: in bounded memory, nothing is unpacked to disk. Pure."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MOST_BYTES = 32 * 1024 * 1024
"""Packed, and unpacked; more is not an export of ours (a class of 100 000 is a third of it)."""
MOST_FILES = 64
MOST_OF_DIRECTORY = 1 << 16
"""Bytes of the list of members, which is held in memory as a whole."""
END_OF_ZIP = 22
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
METHODS = frozenset({ZIP_STORED, ZIP_DEFLATED})
ENCRYPTED = 1
DAMAGED = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, struct.error, zlib.error)


class Unreadable(Exception):
    """It is no ZIP, or not one that is read here; the message says why."""


class _Sparing(BytesIO):
    """Never gives out more at once than a list of members may have, or the comment in which its end is looked for."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_OF_DIRECTORY + END_OF_ZIP:
            raise BadZipFile(f"its list of members has {size} bytes")
        return super().read(size)


def files_in(content: bytes) -> dict[str, bytes]:
    """The files by name.

    Raises:
        Unreadable: it is no ZIP, or larger, longer or stranger than an export can be.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(f"it has more than {MOST_BYTES} bytes")
    try:
        with ZipFile(_Sparing(content)) as listed:
            entries = listed.infolist()
        if reason := _refusal(entries):
            raise Unreadable(reason)
        with ZipFile(BytesIO(content)) as archive:
            return {entry.filename: _read(archive, entry) for entry in entries}
    except DAMAGED as error:
        raise Unreadable(f"it is no readable ZIP ({error})") from error


def _read(archive: ZipFile, entry: ZipInfo) -> bytes:
    """As much as its list of members says, whatever is in it; a lie is found out."""
    with archive.open(entry) as member:
        content = member.read(entry.file_size)
    if len(content) != entry.file_size:
        raise BadZipFile(f"{entry.filename} ends before its time")
    return content


def _refusal(entries: Sequence[ZipInfo]) -> str:
    if len(entries) > MOST_FILES:
        return f"it has {len(entries)} files, expected at most {MOST_FILES}"
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        return f"it unpacks to more than {MOST_BYTES} bytes"
    if len({entry.filename for entry in entries}) < len(entries):
        return "a name stands in it twice"
    for entry in entries:
        if not NAME.fullmatch(entry.filename):
            return "it has a file whose name no export gives"
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:
            return f"{entry.filename} is packed as no export is"
    return ""

"""Looks at a ZIP before anything of it is unpacked: traversal, bombs, doubles, encryption, missing members."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterable
from io import FileIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ingest.errors import BrokenFile, Flaw

MAX_ENTRIES = 1_000
MAX_DIRECTORY = 1 << 20
"""Bytes of the list of members, which is held in memory as a whole."""
MAX_BYTES = 4 * 1024**3
MAX_RATIO = 100
RATIO_FREE_BYTES = 1 << 20
"""Small members may be as repetitive as they like."""
METHODS = frozenset({ZIP_STORED, ZIP_DEFLATED})
"""The ways to pack that unpack in little memory."""
SYMLINK = 0xA000
DAMAGED = (BadZipFile, EOFError, NotImplementedError, OSError, zlib.error)
"""What reading a member raises when the ZIP is not what its list of members says."""


class _Sparing(FileIO):
    """A file that never gives out more at once than a list of members may have."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise BadZipFile(f"its list of members has {size:,} bytes")
        return super().read(size) or b""


def checked_members(path: Path, required: Iterable[str]) -> dict[str, ZipInfo]:
    """The members by name; every required one is among them.

    Raises:
        BrokenFile: it is no ZIP, or not one that we unpack.

    """
    try:
        with _Sparing(path) as file, ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            packed = path.stat().st_size
    except (*DAMAGED, struct.error, ValueError) as broken:
        raise BrokenFile(Flaw(path.name, 0, "", f"expected a ZIP, {broken}")) from broken
    members = {entry.filename: entry for entry in entries}
    reason = _too_much(entries, packed) or next(filter(None, map(_refusal, entries)), "") or _doubled(entries)
    missing = sorted(set(required) - members.keys())
    if not reason and missing:
        reason = f"expected {', '.join(missing)} in the ZIP, it is not there"
    if reason:
        raise BrokenFile(Flaw(path.name, 0, "", reason))
    return members


def bearable(packed: int) -> int:
    """Bytes that a file of `packed` bytes may unpack to, whatever it says of itself."""
    return RATIO_FREE_BYTES + MAX_RATIO * packed


def _too_much(entries: list[ZipInfo], packed: int) -> str:
    if len(entries) > MAX_ENTRIES:
        return f"expected at most {MAX_ENTRIES} files, got {len(entries)}"
    total = sum(entry.file_size for entry in entries)
    if total > MAX_BYTES:
        return f"expected at most {MAX_BYTES} bytes unpacked, got {total}"
    # Members may overlap: each alone is believable, all of them together are not.
    return f"unpacks to {total} bytes from {packed}: we do not believe it" if total > bearable(packed) else ""


def _refusal(entry: ZipInfo) -> str:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
        return f"{entry.filename!r} points out of the ZIP"
    if entry.flag_bits & 1:
        return f"{entry.filename!r} is encrypted"
    if (entry.external_attr >> 16) & 0xF000 == SYMLINK:
        return f"{entry.filename!r} is a link"
    if entry.compress_type not in METHODS:
        return f"{entry.filename!r} is packed in a way that we do not unpack; deflate is the usual one"
    if entry.file_size > bearable(entry.compress_size):
        return f"{entry.filename!r} unpacks to {entry.file_size} bytes from {entry.compress_size}: we do not believe it"
    return ""


def _doubled(entries: list[ZipInfo]) -> str:
    doubles = [name for name, count in Counter(entry.filename for entry in entries).items() if count > 1]
    return f"{min(doubles)!r} is there more than once" if doubles else ""

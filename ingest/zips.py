"""Looks at a ZIP before anything of it is unpacked: traversal, bombs, doubles, encryption, missing members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from ingest.errors import BrokenFile, Flaw

MAX_ENTRIES = 1_000
MAX_BYTES = 4 * 1024**3
MAX_RATIO = 200
RATIO_FREE_BYTES = 1 << 20
"""Small members may be as repetitive as they like."""
SYMLINK = 0xA000


def checked_members(path: Path, required: Iterable[str]) -> dict[str, ZipInfo]:
    """The members by name; every required one is among them.

    Raises:
        BrokenFile: it is no ZIP, or not one that we unpack.
    """
    try:
        with ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (BadZipFile, OSError, ValueError) as broken:
        raise BrokenFile(Flaw(path.name, 0, "", f"expected a ZIP, {broken}")) from broken
    reason = _too_much(entries) or next(filter(None, map(_refusal, entries)), "") or _doubled(entries)
    members = {entry.filename: entry for entry in entries}
    missing = sorted(set(required) - members.keys())
    if not reason and missing:
        reason = f"expected {', '.join(missing)} in the ZIP, it is not there"
    if reason:
        raise BrokenFile(Flaw(path.name, 0, "", reason))
    return members


def _too_much(entries: list[ZipInfo]) -> str:
    if len(entries) > MAX_ENTRIES:
        return f"expected at most {MAX_ENTRIES} files, got {len(entries)}"
    total = sum(entry.file_size for entry in entries)
    return f"expected at most {MAX_BYTES} bytes unpacked, got {total}" if total > MAX_BYTES else ""


def _refusal(entry: ZipInfo) -> str:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
        return f"{entry.filename!r} points out of the ZIP"
    if entry.flag_bits & 1:
        return f"{entry.filename!r} is encrypted"
    if (entry.external_attr >> 16) & 0xF000 == SYMLINK:
        return f"{entry.filename!r} is a link"
    if entry.file_size > RATIO_FREE_BYTES and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        return f"{entry.filename!r} unpacks to {entry.file_size} bytes from {entry.compress_size}: we do not believe it"
    return ""


def _doubled(entries: list[ZipInfo]) -> str:
    doubles = [name for name, count in Counter(entry.filename for entry in entries).items() if count > 1]
    return f"{min(doubles)!r} is there more than once" if doubles else ""

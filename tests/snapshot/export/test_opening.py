"""A ZIP that anybody may have made is read in little memory or refused, and nothing of it is ever unpacked to disk."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Callable, Mapping
from io import BytesIO
from time import process_time
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from snapshot.export.csv_zip import ExportRequest, build_zip
from snapshot.export.opening import MOST_BYTES, Unreadable, files_in
from snapshot.export.verification import Damaged, read_export
from tests.snapshot.export.zips import contents, snapshot_of

MIB = 1024 * 1024


def packed(
    files: Mapping[str, bytes] | Mapping[ZipInfo, bytes], method: int = ZIP_DEFLATED, level: int | None = None
) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", method, compresslevel=level) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def named(name: str) -> bytes:
    return packed({name: b"x"})


def twice() -> bytes:
    return packed({"a.csv": b"x", "b.csv": b"x"}).replace(b"b.csv", b"a.csv")


def link() -> bytes:
    entry = ZipInfo("/etc/passwd")
    entry.external_attr = 0xA1FF << 16
    return packed({entry: b"x"})


def encrypted() -> bytes:
    """With the flag set in both headers."""
    content = bytearray(named("a.csv"))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def lying(size: int) -> bytes:
    """2 MiB of zeros that say they are `size` bytes."""
    content = bytearray(packed({"a.csv": bytes(2 * MIB)}))
    content[22:26] = struct.pack("<I", size)
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", size)
    return bytes(content)


def a_million_entries() -> bytes:
    """The list of members of one file, over and over."""
    one = named("a.csv")
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    listed = one[start:end] * 500_000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(listed), start, 0)
    return one[:start] + listed + tail


HOSTILE = {
    "traversal": lambda: named("../../a.csv"),
    "absolute": lambda: named("/a.csv"),
    "folder": lambda: named("a/b.csv"),
    "windows": lambda: named("C:\\a.csv"),
    "link": link,
    "bomb": lambda: packed({"a.csv": bytes(2 * MOST_BYTES)}),
    "encrypted": encrypted,
    "twice": twice,
    "lying, larger": lambda: lying(4 * MIB),
    "lying, smaller": lambda: lying(100),
    "lying, much larger": lambda: lying(0xFFFFFFF0),
    "another method": lambda: packed({"a.csv": b"x"}, ZIP_BZIP2),
    "too many": lambda: packed({f"{n}.csv": b"x" for n in range(65)}),
    "a million entries": a_million_entries,
    "too large": lambda: bytes(MOST_BYTES + 1),
}


@pytest.mark.proves("I3", "P10")
@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_zip_is_refused_in_little_memory_and_time(made: Callable[[], bytes]) -> None:
    content = made()
    tracemalloc.start()
    begun_at = process_time()

    with pytest.raises(Unreadable):
        files_in(content)

    seconds, (_, most) = process_time() - begun_at, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50 * MIB
    assert seconds < 2


@pytest.mark.proves("I3")
def test_no_byte_of_a_zip_can_be_changed_unnoticed_into_a_crash() -> None:
    content = build_zip(snapshot_of(), ExportRequest())[0]

    for at in range(0, len(content), 7):
        changed = bytearray(content)
        changed[at] ^= 0xFF
        try:
            files_in(bytes(changed))
        except Unreadable:
            continue


def test_an_export_of_ours_is_read_as_it_is() -> None:
    content, _ = build_zip(snapshot_of(), ExportRequest())

    assert files_in(content) == contents(content)


@pytest.mark.proves("P10")
def test_an_export_with_one_changed_byte_anywhere_is_found_out() -> None:
    content = build_zip(snapshot_of(), ExportRequest())[0]
    unnoticed = [at for at in range(0, len(content), 5) if not is_found_out(content, at)]

    assert unnoticed == []


def is_found_out(content: bytes, at: int) -> bool:
    changed = bytearray(content)
    changed[at] ^= 0x01
    try:
        return bool(list(read_export(bytes(changed)).problems()))
    except Damaged:
        return True


def test_a_zip_of_another_zlib_is_judged_by_its_files() -> None:
    files = contents(build_zip(snapshot_of(), ExportRequest())[0])
    files["manifest.json"] = files["manifest.json"].replace(b'"packed_with": "zlib ', b'"packed_with": "zlib-ng ')
    other = packed(files, level=1)

    assert list(read_export(other).problems()) == []

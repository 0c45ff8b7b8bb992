"""Hostile ZIPs are refused before anything is unpacked, quickly and in little memory."""

from __future__ import annotations

import struct
import tracemalloc
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import process_time
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import BrokenFile
from ingest.zips import MAX_DIRECTORY, MAX_ENTRIES, checked_members

MEBIBYTE = 1 << 20


def small(path: Path) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "x,y\n1,2\n")
        archive.writestr("folder/", "")
        archive.writestr("folder/b.csv", "x\n")
    return path


def named(name: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with ZipFile(path, "w") as archive:
            archive.writestr(ZipInfo(name), "x")

    return make


def a_link(path: Path) -> None:
    entry = ZipInfo("passwords")
    entry.external_attr = 0o120777 << 16
    with ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")


def a_bomb(path: Path) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", bytes(20 * MEBIBYTE))


def doubled(path: Path) -> None:
    with warnings.catch_warnings(), ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.csv", "1")
        archive.writestr("a.csv", "2")


def encrypted(path: Path) -> None:
    small(path)
    _change_first(path, 8, struct.pack("<H", 1))


def packed_otherwise(path: Path) -> None:
    with ZipFile(path, "w", ZIP_BZIP2) as archive:
        archive.writestr("a.csv", "x")


def for_a_later_version(path: Path) -> None:
    small(path)
    _change_first(path, 6, struct.pack("<H", 99))


def lying_about_its_size(path: Path) -> None:
    small(path)
    _change_first(path, 24, struct.pack("<L", 3 * 1024**3))


def overlapping(path: Path) -> None:
    """Many members, all of one kernel: each is believable, all of them are not."""
    count, size = 900, 1 << 20
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, 0, 12_000, size, 4, 0, 0, 0, 0, 0, 0)
    directory = b"".join(entry + f"{number:04d}".encode() for number in range(count))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), 12_050, 0)
    path.write_bytes(b"PK\3\4" + bytes(12_046) + directory + end)


def a_thousand_and_one(path: Path) -> None:
    with ZipFile(path, "w") as archive:
        for number in range(MAX_ENTRIES + 1):
            archive.writestr(f"{number}.csv", "")


def a_million_entries(path: Path) -> None:
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0) + b"name"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(entry * 10_000)
        length = file.tell()
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, length, 0, 0))


def text(path: Path) -> None:
    path.write_text("no ZIP at all")


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def a_folder(path: Path) -> None:
    path.mkdir()


def _change_first(path: Path, place: int, value: bytes) -> None:
    """Changes the first entry of the list of members."""
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\1\2") + place
    content[start : start + len(value)] = value
    path.write_bytes(content)


HOSTILE = [
    (named("../evil.csv"), "points out of the ZIP"),
    (named("a/../../evil.csv"), "points out of the ZIP"),
    (named("/etc/passwd"), "points out of the ZIP"),
    (named("..\\evil.csv"), "points out of the ZIP"),
    (named("C:/evil.csv"), "points out of the ZIP"),
    (a_link, "is a link"),
    (a_bomb, "we do not believe it"),
    (overlapping, "we do not believe it"),
    (lying_about_its_size, "we do not believe it"),
    (doubled, "is there more than once"),
    (encrypted, "is encrypted"),
    (packed_otherwise, "packed in a way that we do not unpack"),
    (for_a_later_version, "expected a ZIP"),
    (a_thousand_and_one, "expected at most 1000 files, got 1001"),
    (a_million_entries, "its list of members has 50,000,000 bytes"),
    (text, "expected a ZIP"),
    (nothing, "expected a ZIP"),
    (a_folder, "expected a ZIP"),
]


def _name(case: object) -> str:
    return getattr(case, "__name__", "") if callable(case) else ""


@pytest.mark.parametrize(("make", "reason"), HOSTILE, ids=_name)
def test_a_hostile_zip_is_refused_with_the_reason(tmp_path: Path, make: Callable[[Path], None], reason: str) -> None:
    path = tmp_path / "hostile.zip"
    make(path)
    before = process_time()

    with pytest.raises(BrokenFile, match=reason) as refused:
        checked_members(path, ())

    assert refused.value.flaw.file == "hostile.zip"
    assert process_time() - before < 2


def test_a_million_entries_are_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "million.zip"
    a_million_entries(path)
    tracemalloc.start()

    with pytest.raises(BrokenFile):
        checked_members(path, ())

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * MEBIBYTE


def test_a_sound_zip_gives_its_files(tmp_path: Path) -> None:
    members = checked_members(small(tmp_path / "small.zip"), ["a.csv"])

    assert set(members) == {"a.csv", "folder/b.csv"}


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match=r"small.zip: expected c.csv, d.csv in the ZIP"):
        checked_members(small(tmp_path / "small.zip"), ["d.csv", "a.csv", "c.csv"])


def test_a_long_list_of_few_members_is_no_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with ZipFile(path, "w") as archive:
        for number in range(MAX_ENTRIES):
            archive.writestr(f"{number:0200d}.csv", "")

    assert len(checked_members(path, ())) == MAX_ENTRIES
    assert path.stat().st_size < MAX_DIRECTORY


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), flips=st.binary(min_size=1, max_size=8))
def test_whatever_is_damaged_the_zip_is_read_or_refused(tmp_path: Path, place: float, flips: bytes) -> None:
    path = small(tmp_path / "damaged.zip")
    content = bytearray(path.read_bytes())
    start = int(place * len(content))
    for offset, flip in enumerate(flips):
        content[(start + offset) % len(content)] ^= flip
    path.write_bytes(content)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with suppress(BrokenFile):
            assert not any(".." in name for name in checked_members(path, ()))

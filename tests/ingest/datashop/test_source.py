"""Opening an export: packed or not, in any usual encoding, however hostile."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from ingest.adapters.datashop.source import UnreadableFile, rows
from ingest.errors import BrokenFile
from ingest.lines import LONGEST

TEXT = "Name\tTitle\nÄnne\tEinführung – “1”\n"
RECORDS = [(1, ["Name", "Title"]), (2, ["Änne", "Einführung – “1”"])]


def read(path: Path) -> list[tuple[int, list[str]]]:
    with rows(path) as table:
        return list(table)


def file(tmp_path: Path, content: bytes, name: str = "export.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def zipped(tmp_path: Path, members: dict[str, bytes]) -> Path:
    path = tmp_path / "export.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    assert read(file(tmp_path, TEXT.encode(encoding))) == RECORDS


def test_latin_1_bytes_after_a_megabyte_of_ascii_are_found_too(tmp_path: Path) -> None:
    line = b"a\tb\n" * 300_000

    found = read(file(tmp_path, b"Name\tTitle\n" + line + "Anne\tEinführung\n".encode("latin-1")))

    assert found[-1] == (300_002, ["Anne", "Einführung"])


def test_a_letter_of_several_bytes_across_two_pieces_is_still_utf_8(tmp_path: Path) -> None:
    filling = "x" * ((1 << 20) - len("a\tb\n1\t") - 1)

    found = read(file(tmp_path, f"a\tb\n1\t{filling}ü\n".encode()))

    assert found[1][1][1].endswith("xü")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(tmp_path: Path, line_end: str) -> None:
    assert read(file(tmp_path, TEXT.replace("\n", line_end).encode())) == RECORDS


def test_a_gzip_is_known_by_its_first_bytes_whatever_its_name(tmp_path: Path) -> None:
    assert read(file(tmp_path, gzip.compress(TEXT.encode()))) == RECORDS


def test_a_zip_with_one_table_is_read_and_what_a_mac_adds_is_passed_over(tmp_path: Path) -> None:
    assert read(zipped(tmp_path, {"table.txt": TEXT.encode(), "__MACOSX/._table.txt": b"x"})) == RECORDS


def _none(tmp_path: Path) -> Path:
    return tmp_path / "none.txt"


def _a_folder(tmp_path: Path) -> Path:
    return tmp_path


def _two_tables(tmp_path: Path) -> Path:
    return zipped(tmp_path, {"one.txt": b"a\tb\n", "two.txt": b"a\tb\n"})


def _cut_gzip(tmp_path: Path) -> Path:
    return file(tmp_path, gzip.compress(TEXT.encode() * 99)[:-12])


def _damaged_gzip(tmp_path: Path) -> Path:
    content = bytearray(gzip.compress(bytes(range(256)) * 99))
    content[30:40] = b"damaged!!!"
    return file(tmp_path, bytes(content))


def _gzip_bomb(tmp_path: Path) -> Path:
    return file(tmp_path, gzip.compress(b"0" * 30_000_000))


def _one_endless_line(tmp_path: Path) -> Path:
    return file(tmp_path, b"x" * (LONGEST + 1))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_none, "No such file"),
        (_a_folder, "Is a directory"),
        (_two_tables, "expected a ZIP with one table, it has 2 files"),
        (_cut_gzip, "end-of-stream"),
        (_damaged_gzip, "expected a tab-separated table"),
        (_gzip_bomb, "expected at most .* bytes unpacked, got more"),
        (_one_endless_line, "line 1 is longer than 1,048,576 characters"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path: Path, make: Callable[[Path], Path], reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read(make(tmp_path))


def test_a_zip_that_we_do_not_unpack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="points out of the ZIP"):
        read(zipped(tmp_path, {"../table.txt": b"a\tb\n"}))


def test_a_zip_whose_table_is_damaged_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"table.txt": bytes(range(256)) * 50})
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match="expected a tab-separated table"):
        read(path)

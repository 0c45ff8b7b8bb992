"""The same snapshot gives the same bytes, and the files are written as their formats ask."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from snapshot.export.contract import ExportRequest
from snapshot.export.csv_zip import build_zip
from tests.snapshot.classroom import Classroom
from tests.snapshot.export.zips import WHOLE, contents, snapshot_of, table


def test_the_same_snapshot_gives_the_same_bytes() -> None:
    assert build_zip(snapshot_of(), WHOLE) == build_zip(snapshot_of(), WHOLE)


def test_entries_are_sorted_dated_1980_and_readable_by_all() -> None:
    with ZipFile(BytesIO(build_zip(snapshot_of(), WHOLE)[0])) as archive:
        entries = archive.infolist()

    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


@pytest.mark.proves("E5")
def test_lines_end_as_the_rfc_says_and_the_bom_is_a_choice() -> None:
    plain = contents(build_zip(snapshot_of(), WHOLE)[0])["student_progress.csv"]
    marked = contents(build_zip(snapshot_of(), ExportRequest(bom=True))[0])["student_progress.csv"]

    assert plain.count(b"\r\n") == plain.count(b"\n") == 4
    assert marked == b"\xef\xbb\xbf" + plain


def test_a_learner_named_as_a_formula_is_guarded_and_counted() -> None:
    names = ("=1+1", "Ben")
    content, manifest = build_zip(snapshot_of(Classroom(names=names)), WHOLE)

    entry = next(file for file in manifest.files if file.name == "student_support_list.csv")

    assert entry.guarded_cells == 1
    assert table(content, "student_support_list.csv")[0]["student_name"] == "'=1+1"

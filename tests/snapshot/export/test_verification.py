"""An untouched export holds together, a changed one is found out, and anything else is no export."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from snapshot.export.contract import ExportRequest
from snapshot.export.csv_zip import build_zip
from snapshot.export.verification import NotAnExport, read_export
from tests.snapshot.export.zips import WHOLE, rewritten, snapshot_of


@pytest.mark.proves("UX-16", "UX-a")
def test_an_untouched_export_holds_together() -> None:
    content, manifest = build_zip(snapshot_of(), ExportRequest(bom=True))

    export = read_export(content)

    assert list(export.problems()) == []
    assert export.manifest == manifest


@pytest.mark.proves("UX-16", "UX-a")
@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("student_progress.csv", b",4,4,", b",3,4,", "student_progress.csv has another checksum"),
        ("student_progress.csv", b",4,4,", b",3,4,", "progress.unit-1.completed is 3 in student_progress.csv"),
        ("manifest.json", b'"progress.unit-1.completed": 4', b'"progress.unit-1.completed": 3', "the facts"),
        ("manifest.json", b'"name": "README.txt"', b'"name": "README.md"', "README.txt is not in the manifest"),
    ],
)  # fmt: skip
def test_a_changed_export_is_found_out(name: str, old: bytes, new: bytes, problem: str) -> None:
    content, _ = build_zip(snapshot_of(), WHOLE)

    problems = list(read_export(rewritten(content, name, old, new)).problems())

    assert any(each.startswith(problem) for each in problems)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"text"])
def test_what_is_no_zip_is_no_export(content: bytes) -> None:
    with pytest.raises(NotAnExport, match="no readable ZIP"):
        read_export(content)


def test_a_zip_without_a_manifest_is_no_export() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "a")

    with pytest.raises(NotAnExport, match=r"no manifest\.json"):
        read_export(buffer.getvalue())

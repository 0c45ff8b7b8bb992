"""Exports of a small class, and what is in a ZIP."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from oracles.contract import Failed, FailureReason, OracleKey
from snapshot.assembler import assemble
from snapshot.contract import Metadata, Snapshot
from snapshot.export.contract import ExportRequest, Manifest
from tests.snapshot.classroom import ALL_WRONG, COURSE, MIXED, Classroom, metadata
from tests.snapshot.snapshots import assembled

CLASS = Classroom({**MIXED, "Ben": ALL_WRONG, "Dan": ALL_WRONG}, (100.0, 50.0, 0.0))
WHOLE, PARTIAL = ExportRequest(), ExportRequest(is_partial=True)


def snapshot_of(classroom: Classroom = CLASS, about: Metadata | None = None) -> Snapshot:
    return assembled(classroom, about)


def broken_snapshot(*keys: OracleKey, reason: FailureReason = FailureReason.TIMEOUT) -> Snapshot:
    """The class whose oracles of these keys did not answer."""
    failures = {key: Failed(COURSE, key, reason) for key in keys}
    return assemble(metadata(), COURSE, "1", {**CLASS.results(), **failures}, "id")


def contents(content: bytes) -> dict[str, bytes]:
    """Every file of a whole ZIP, by its name."""
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def table(content: bytes, name: str) -> list[dict[str, str]]:
    """The rows of one CSV, by its header."""
    return list(csv.DictReader(StringIO(contents(content)[name].decode("utf-8-sig"), newline="")))


def statuses(manifest: Manifest) -> dict[str, tuple[str, str]]:
    """Status and reason of every dataset."""
    return {entry.id: (entry.status.value, entry.reason) for entry in manifest.datasets}


def rewritten(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The ZIP with the first `old` in one of its files replaced."""
    files = contents(content)
    assert old in files[name]
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for each, text in files.items():
            archive.writestr(each, text.replace(old, new, 1) if each == name else text)
    return buffer.getvalue()

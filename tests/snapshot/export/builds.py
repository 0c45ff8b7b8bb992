"""Prints the digest of an export, for a test that runs this in surroundings of its own."""

from __future__ import annotations

from hashlib import sha256

from snapshot.assembler import assemble
from snapshot.export.csv_zip import ExportRequest, build_zip
from tests.snapshot.classroom import MIXED, Classroom, metadata


def digest() -> str:
    classroom = Classroom(MIXED, (70.0, 30.0))
    snapshot = assemble(metadata(), classroom.scope, "1", classroom.results(), "id")
    return sha256(build_zip(snapshot, ExportRequest(bom=True))[0]).hexdigest()


if __name__ == "__main__":
    print(digest())  # noqa: T201

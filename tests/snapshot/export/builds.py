"""Prints what the clock says and the digest of an export, for a test that runs this in surroundings of its own.

The one argument is what the clock shall say (ISO 8601, UTC).
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from hashlib import sha256

import time_machine

from snapshot.assembler import assemble
from snapshot.export.csv_zip import ExportRequest, build_zip
from tests.snapshot.classroom import MIXED, Classroom, metadata


def digest() -> str:
    classroom = Classroom(MIXED, (70.0, 30.0))
    snapshot = assemble(metadata(), classroom.scope, "1", classroom.results(), "id")
    return sha256(build_zip(snapshot, ExportRequest(bom=True))[0]).hexdigest()


if __name__ == "__main__":
    with time_machine.travel(datetime.fromisoformat(sys.argv[1]).replace(tzinfo=UTC), tick=False):
        print(datetime.now(UTC).isoformat()[:19], digest())  # noqa: T201

"""A snapshot of a small class, as the assembler makes it."""

from __future__ import annotations

from snapshot.assembler import assemble
from snapshot.contract import Metadata, Snapshot
from tests.snapshot.classroom import MIXED, Classroom, metadata

CLASS = Classroom(MIXED, (100.0, 50.0, 0.0))


def assembled(classroom: Classroom = CLASS, about: Metadata | None = None) -> Snapshot:
    return assemble(about or metadata(), classroom.scope, "1", classroom.results(), "id")

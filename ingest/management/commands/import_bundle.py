"""Imports a portable bundle (docs/bundle.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ingest.adapters.bundle.reading import prepare
from ingest.import_command import ImportCommand
from ingest.importing import OnFlaw, Prepared


class Command(ImportCommand):
    help = "Import a portable bundle, a folder or a ZIP."

    def prepare(self, path: Path, on_flaw: OnFlaw, **_options: object) -> Iterator[Prepared]:
        yield prepare(path, on_flaw)

"""Imports the Open University Learning Analytics Dataset."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from ingest.adapters.oulad.adapter import prepare
from ingest.import_command import ImportCommand
from ingest.importing import OnFlaw, Prepared


class Command(ImportCommand):
    help = "Import an OULAD ZIP: every module presentation in it, or those chosen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--module", help="only this module, such as BBB")
        parser.add_argument("--presentation", help="only this presentation, such as 2013J")

    def prepare(self, path: Path, on_flaw: OnFlaw, **options: object) -> Iterator[Prepared]:
        module, run = options["module"], options["presentation"]
        yield from prepare(path, str(module) if module else None, str(run) if run else None, on_flaw)

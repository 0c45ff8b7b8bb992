"""Writes the export of a section's scope as a ZIP.

Exit codes: 0 whole, 3 partial, 4 nothing written, 1 wrong arguments.
"""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.management.base import BaseCommand, CommandError

from dashboard_project.numbers import add_scope_arguments, build, context_of
from snapshot.export.csv_zip import ExportRequest, Manifest, build_zip
from snapshot.export.inclusion import ExportRefused

PARTIAL, NOTHING = 3, 4


class Command(BaseCommand):
    help = "Export the numbers of a section's scope as a ZIP of CSV files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_scope_arguments(parser)
        parser.add_argument("--out", required=True, type=Path, help="the ZIP to write; it must not exist")
        parser.add_argument("--partial", action="store_true", help="include what is ready, leave out the rest")
        parser.add_argument("--bom", action="store_true", help="begin every CSV with a byte-order mark (for Excel)")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, **options: object) -> None:
        out = options["out"]
        assert isinstance(out, Path)
        _refuse_unwritable(out)
        request = ExportRequest(is_partial=bool(options["partial"]), bom=bool(options["bom"]), actor="command")
        try:
            content, manifest = build_zip(build(context_of(options)), request)
        except ExportRefused as refused:
            raise CommandError(f"nothing was exported: {refused}", returncode=NOTHING) from refused
        write_whole(out, content)
        self._say(out, manifest, as_json=bool(options["json"]))

    def _say(self, out: Path, manifest: Manifest, *, as_json: bool) -> None:
        datasets = manifest["datasets"]
        assert isinstance(datasets, list)
        left_out = [entry["id"] for entry in datasets if entry["status"] not in {"included", "omitted_empty"}]
        summary = {"out": str(out), "scope": manifest["scope"], "snapshot_id": manifest["snapshot_id"]}
        rows = {entry["id"]: entry["rows"] for entry in datasets if entry["status"] == "included"}
        if as_json:
            self.stdout.write(json.dumps({**summary, "rows": rows, "left_out": left_out}, indent=2))
        else:
            self.stdout.write(f"{out}: {len(rows)} files, {sum(rows.values())} rows")
        if left_out:
            raise CommandError(f"left out: {', '.join(left_out)}", returncode=PARTIAL)


def _refuse_unwritable(out: Path) -> None:
    if out.exists():
        raise CommandError(f"{out} exists already: choose another name or remove it")
    if not out.parent.is_dir():
        raise CommandError(f"{out.parent} is not a folder")


def write_whole(out: Path, content: bytes) -> None:
    """The file appears with all of its bytes, or not at all."""
    try:
        with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as partial:
            partial.write(content)
        os.link(partial.name, out)  # fails if somebody wrote the name meanwhile
    except OSError as error:
        raise CommandError(f"{out} could not be written: {error.strerror}", returncode=NOTHING) from error
    finally:
        Path(partial.name).unlink(missing_ok=True)

"""Writes the export of a section's scope as a ZIP.

Exit codes: 0 whole, 3 partial, 4 nothing written, 1 wrong arguments.
"""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard_project.numbers import add_scope_arguments, build, context_of
from snapshot.export.contract import ExportRequest, Manifest
from snapshot.export.csv_zip import build_zip
from snapshot.export.inclusion import NO_ROWS, ExportRefused

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
            content, manifest = build_zip(build(context_of(options), timezone.now()), request)
        except ExportRefused as refused:
            raise CommandError(f"nothing was exported: {refused}", returncode=NOTHING) from refused
        write_whole(out, content)
        self._say(out, manifest, as_json=bool(options["json"]))

    def _say(self, out: Path, manifest: Manifest, *, as_json: bool) -> None:
        summary = {
            "out": str(out),
            "scope": manifest.scope,
            "snapshot_id": manifest.snapshot_id,
            "fingerprint": manifest.fingerprint,
            "is_whole": manifest.is_whole,
            "rows": {file.name: file.rows for file in manifest.files if file.rows is not None},
            "datasets": {entry.id: {"status": entry.status, "reason": entry.reason} for entry in manifest.datasets},
        }
        self.stdout.write(json.dumps(summary, indent=2) if as_json else f"{out}: {len(manifest.files)} files")
        if not manifest.is_whole:
            raise CommandError(f"not everything is in it: {_lacking(manifest)}", returncode=PARTIAL)


def _lacking(manifest: Manifest) -> str:
    return ", ".join(f"{entry.id} ({entry.reason})" for entry in manifest.datasets if entry.reason not in {"", NO_ROWS})


def _refuse_unwritable(out: Path) -> None:
    if out.exists():
        raise CommandError(f"{out} exists already: choose another name or remove it")
    if not out.parent.is_dir():
        raise CommandError(f"{out.parent} is not a folder")


def write_whole(out: Path, content: bytes) -> None:
    """The file appears with all of its bytes, or not at all."""
    try:
        with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
            whole = Path(folder) / out.name
            whole.write_bytes(content)
            os.link(whole, out)  # fails if somebody wrote the name meanwhile
    except OSError as error:
        raise CommandError(f"{out} could not be written: {error.strerror}", returncode=NOTHING) from error

"""Writes the export of a section's scope as a ZIP.

Exit codes: 0 whole, 3 partial, 4 nothing written, 5 not permitted, 1 wrong arguments. Whoever runs it is written down
when learners are named, or there is no file.
"""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.access import Granted, resolve
from courses.audit import Actor, NotRecorded, whoever_runs_this
from courses.contract import DashboardContext
from courses.models import AuditEntry
from dashboard_project.exporting import NumbersDiffer, whole_dashboard, write_down
from dashboard_project.numbers import add_scope_arguments, build, context_of
from snapshot.export.contract import ExportRequest, Manifest
from snapshot.export.inclusion import NO_ROWS, ExportRefused

PARTIAL, NOTHING, NOT_PERMITTED = 3, 4, 5


class Command(BaseCommand):
    help = (
        "Export the numbers of a section's scope as a ZIP of CSV files. "
        "Exit 0 whole, 3 partial, 4 nothing written, 5 not permitted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_scope_arguments(parser)
        parser.add_argument("--out", required=True, type=Path, help="the ZIP to write; it must not exist")
        parser.add_argument("--partial", action="store_true", help="include what is ready, leave out the rest")
        parser.add_argument("--bom", action="store_true", help="begin every CSV with a byte-order mark (for Excel)")
        parser.add_argument("--raw", action="store_true", help="write texts unguarded: never open it in a spreadsheet")
        parser.add_argument(
            "--user", help="export in this person's name: only what they may see, and it is their entry"
        )
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, **options: object) -> None:
        out = options["out"]
        assert isinstance(out, Path)
        _refuse_unwritable(out)
        context = context_of(options)
        actor = _actor(context, options)
        try:
            file, manifest = whole_dashboard(build(context, timezone.now()), _request(options, actor))
            written = replace(file, action=AuditEntry.Action.EXPORT_COMMAND)
            write_down(context, actor, written, uuid4().hex, timezone.now())
        except (ExportRefused, NotRecorded, NumbersDiffer) as refused:
            raise CommandError(f"nothing was exported: {refused}", returncode=NOTHING) from refused
        write_whole(out, file.content)
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


def _request(options: Mapping[str, object], actor: Actor) -> ExportRequest:
    return ExportRequest(
        is_partial=bool(options["partial"]),
        bom=bool(options["bom"]),
        is_raw=bool(options["raw"]),
        actor=actor.pseudonym,
    )


def _actor(context: DashboardContext, options: Mapping[str, object]) -> Actor:
    """Who is written down: the person named, if they may look, or the account that runs the command."""
    name = options["user"]
    if not name:
        return whoever_runs_this()
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"no user {name!r}")
    access = resolve(user, context.institution_slug, context.section_slug, str(options["scope"]))
    if not isinstance(access, Granted):
        raise CommandError(f"{name} may not look at section {context.section_slug!r}", returncode=NOT_PERMITTED)
    return Actor(f"user-{user.pk}", str(name))


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

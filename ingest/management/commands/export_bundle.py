"""Writes a section as a portable bundle (docs/bundle.md). It names learners: who makes one is written down first."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.access import AccessError, resolve_for_command, section_for_command
from courses.audit import Handover, NotRecorded, record, whoever_runs_this
from courses.contract import DashboardContext
from courses.models import AuditEntry
from ingest.adapters.bundle.writing import write_bundle


class Command(BaseCommand):
    help = "Write a section as a portable bundle that import_bundle reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--section", required=True, help="slug of the section")
        parser.add_argument("--institution", help="slug; needed where several institutions have the section's slug")
        parser.add_argument("--out", required=True, type=Path, help="the ZIP to write; it must not exist")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *_args: str, **options: object) -> None:
        out, institution = options["out"], options["institution"]
        assert isinstance(out, Path)
        if out.exists():
            raise CommandError(f"{out} exists already: choose another name or remove it")
        try:
            context = resolve_for_command(str(options["section"]), str(institution) if institution else None)
            rows = _write(context, out)
        except (AccessError, NotRecorded) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{out} could not be written: {error.strerror}") from error
        summary = {"out": str(out), "section": context.section_slug, "rows": dict(rows)}
        words = f"{out}: {sum(rows.values()):,} rows in {len(rows)} tables"
        self.stdout.write(json.dumps(summary, indent=2) if options["json"] else words)


def _write(context: DashboardContext, out: Path) -> Mapping[str, int]:
    """The bundle appears under its name once it is whole and written down; the rows of each table."""
    section = section_for_command(context.section_slug, context.institution_slug)
    with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
        whole = Path(folder) / out.name
        rows = write_bundle(context.tenant_id, section, whole)
        with whole.open("rb") as file:
            checksum = file_digest(file, "sha256").hexdigest()
        action, address = AuditEntry.Action.EXPORT_BUNDLE, context.scope.address
        handover = Handover(action, address, rows["learners"], checksum, uuid4().hex)
        record(context, whoever_runs_this(), handover, timezone.now())
        out.hardlink_to(whole)  # fails if somebody wrote the name meanwhile
    return rows

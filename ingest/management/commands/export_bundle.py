"""Writes a section as a portable bundle (docs/bundle.md)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.access import AccessError, section_for_command
from ingest.adapters.bundle.writing import write_bundle
from oracles.contract import TenantId


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
            section = section_for_command(str(options["section"]), str(institution) if institution else None)
            rows = write_bundle(TenantId(section.institution_id), section, out)
        except AccessError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{out} could not be written: {error.strerror}") from error
        summary = {"out": str(out), "section": section.slug, "rows": dict(rows)}
        words = f"{out}: {sum(rows.values()):,} rows in {len(rows)} tables"
        self.stdout.write(json.dumps(summary, indent=2) if options["json"] else words)

"""Imports a file of xAPI statements into a section that is there already."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.utils import timezone

from courses.access import section_for_command
from ingest.import_command import FileCommand
from ingest.importing import ImportReport, OnFlaw
from ingest.statement_import import StatementFile
from oracles.contract import TenantId


class Command(FileCommand):
    help = "Import xAPI statements: a JSON array or one a line (.json, .jsonl, .ndjson, also .gz and .zip)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--section", required=True, help="slug of the section that the statements are about")

    def bring_in(self, tenant_id: TenantId, path: Path, on_flaw: OnFlaw, **options: object) -> list[ImportReport]:
        section = section_for_command(str(options["section"]), str(options["institution"]))
        statements = StatementFile(tenant_id, section, path, timezone.now())
        return [statements.bring_in(on_flaw, self.say_progress)]

"""Imports a DataShop export, transactions or student-steps."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.text import slugify

from ingest.adapters.datashop.adapter import prepare
from ingest.import_command import ImportCommand
from ingest.importing import OnFlaw, Prepared


class Command(ImportCommand):
    help = "Import a DataShop transaction or student-step export (.txt, .tsv, .gz, .zip) as one section."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--section", required=True, help="slug of the section to write")
        parser.add_argument("--kc-model", help="knowledge-component model of the objectives (default: Default)")
        parser.add_argument("--title", help="title of the section (default: its slug)")

    def prepare(self, path: Path, on_flaw: OnFlaw, **options: object) -> Iterator[Prepared]:
        section = str(options["section"])
        if slugify(section) != section:
            raise CommandError(f"expected a slug such as {slugify(section) or 'my-section'}, got {section!r}")
        model = options["kc_model"]
        title = str(options["title"] or section)
        yield prepare(path, section, title, str(model) if model else None, on_flaw)

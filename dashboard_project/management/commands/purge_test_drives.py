"""Removes test drives that ended a week ago, with their made-up institutions."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from dashboard_project.composition.test_drive import purge_drives


class Command(BaseCommand):
    help = "Remove test drives that ended a week ago, with their made-up institutions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, **options: object) -> None:
        counts = purge_drives()
        words = f"{counts['drives']} test drives and {counts['sandboxes']} made-up institutions are gone"
        self.stdout.write(json.dumps(counts) if options["json"] else words)

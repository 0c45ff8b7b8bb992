"""Removes test drives that ended a week ago, with their made-up institutions."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.models import Institution
from dashboard_project.composition.test_drive import test_drive_service
from oracles.contract import TenantId


class Command(BaseCommand):
    help = "Remove test drives that ended a week ago, with their made-up institutions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one line of JSON")

    def handle(self, **options: object) -> None:
        service, now = test_drive_service(), timezone.now()
        ids = list(Institution.objects.order_by("pk").values_list("pk", flat=True))
        purged = [service.purge(TenantId(pk), now) for pk in ids]
        counts = {
            "drives": sum(each.drives for each in purged),
            "sandboxes": sum(each.sandboxes for each in purged),
        }
        words = f"{counts['drives']} test drives and {counts['sandboxes']} made-up institutions are gone"
        self.stdout.write(json.dumps(counts) if options["json"] else words)

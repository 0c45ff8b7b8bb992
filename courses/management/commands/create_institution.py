"""Creates an institution: a tenant."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from courses.models import Institution


class Command(BaseCommand):
    help = "Create an institution. Again with the same values: no change."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--slug", required=True, help="its address: lower-case letters, digits, hyphens")
        parser.add_argument("--name", required=True)
        parser.add_argument("--time-zone", help="an IANA zone such as Europe/London (default: UTC)")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: object) -> None:
        slug, name = str(options["slug"]), str(options["name"])
        zone = str(options["time_zone"]) if options["time_zone"] else "UTC"
        if zone not in available_timezones():
            raise CommandError(f"expected an IANA time zone such as Europe/London, got {zone!r}")
        wanted = Institution(slug=slug, name=name, time_zone=zone)
        stored = Institution.objects.filter(slug=slug).first()
        if stored is None:
            _save(wanted)
        elif (stored.name, stored.time_zone) != (name, zone):
            raise CommandError(f"institution {slug!r} exists: {stored.name!r}, {stored.time_zone}")
        result = {"slug": slug, "name": name, "time_zone": zone, "created": stored is None}
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        self.stdout.write(f"institution {slug}: {'created' if stored is None else 'already there'}")


def _save(institution: Institution) -> None:
    try:
        institution.full_clean()
    except ValidationError as invalid:
        field, reasons = next(iter(invalid.message_dict.items()))
        raise CommandError(f"{field}: {reasons[0]}") from invalid
    institution.save()

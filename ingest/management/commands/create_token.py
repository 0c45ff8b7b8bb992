"""Makes a bearer token for an institution and prints it, once."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.access import AccessError, institution_for_command
from ingest import tokens
from ingest.models import LONGEST_NAME
from oracles.contract import TenantId


class Command(BaseCommand):
    help = "Make a bearer token with which a program may send events of one institution. It is printed this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institution", required=True, help="slug of the institution")
        parser.add_argument("--name", default="xAPI", help="what sends with it, for people (default: xAPI)")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: object) -> None:
        name = str(options["name"]).strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise CommandError(f"expected a name of 1 to {LONGEST_NAME} printable characters")
        try:
            institution = institution_for_command(str(options["institution"]))
        except AccessError as error:
            raise CommandError(str(error)) from error
        token = tokens.create(TenantId(institution.pk), name, timezone.now())
        if options["json"]:
            result = {"token": token.secret, "institution": institution.slug, "name": name, "ending": token.ending}
            self.stdout.write(json.dumps(result))
            return
        self.stdout.write(str(token.secret))

"""Hides the names of an institution's learners on every page, in every file and in every command; or shows them."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.access import AccessError, institution_for_command
from courses.audit import whoever_runs_this
from ingest.hiding import hide_names
from oracles.contract import TenantId


class Command(BaseCommand):
    help = (
        "Hide the names of an institution's learners everywhere: codes stand in their place. --show brings them back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institution", required=True, help="slug")
        parser.add_argument("--show", action="store_true", help="show names again")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: object) -> None:
        try:
            institution = institution_for_command(str(options["institution"]))
        except AccessError as error:
            raise CommandError(str(error)) from error
        is_hidden = not options["show"]
        changed = hide_names(TenantId(institution.pk), whoever_runs_this(), timezone.now(), is_hidden=is_hidden)
        if options["json"]:
            said = {"institution": institution.slug, "names": "hidden" if is_hidden else "shown", "changed": changed}
            self.stdout.write(json.dumps(said))
            return
        state = "hidden" if is_hidden else "shown"
        self.stdout.write(f"{institution.slug}: names are {state}" + ("" if changed else " already"))

"""Brings dead letters back after their cause was mended."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping

from django.core.management.base import BaseCommand, CommandError

from coordinator.writes.contract import SinkUnavailable
from courses.access import AccessError, institution_for_command, section_for_command
from courses.models import Institution
from ingest.last_resorts import spool
from ingest.replay import Chosen, ReplayReport, replay
from oracles.contract import TenantId


class Command(BaseCommand):
    help = "Try the records again that were given up; exit code 1 if some still cannot be written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institution", help="slug (default: every institution)")
        parser.add_argument("--section", help="slug of the one section to look at")
        parser.add_argument("--reason", default="", help="only letters with this reason")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: object) -> None:
        places = _places(str(options["section"] or ""), str(options["institution"] or ""))
        reason = str(options["reason"])
        try:
            spool().unload()
            reports = {name: replay(tenant, Chosen(section, reason)) for name, (tenant, section) in places.items()}
        except SinkUnavailable as error:
            raise CommandError(f"the database gave up: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps({name: report.as_dict() for name, report in reports.items()}))
        else:
            for name, report in reports.items():
                self.stdout.write(_words(name, report))
        still_dead = sum(report.still_dead for report in reports.values())
        if still_dead:
            raise CommandError(f"{still_dead} records still cannot be written")


def _places(section: str, institution: str) -> Mapping[str, tuple[TenantId, int | None]]:
    try:
        if section:
            found = section_for_command(section, institution or None)
            name = f"{found.institution.slug}/{found.slug}"
            return {name: (TenantId(found.institution_id), found.pk)}
        chosen = [institution_for_command(institution)] if institution else Institution.objects.order_by("slug")
    except AccessError as error:
        raise CommandError(str(error)) from error
    return {each.slug: (TenantId(each.pk), None) for each in chosen}


def _words(name: str, report: ReplayReport) -> str:
    told = ", ".join(f"{count} {word}" for word, count in report.as_dict().items() if count)
    return f"{name}: {told or 'nothing waited'}"

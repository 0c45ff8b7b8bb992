"""Removes what is older than its setting allows: run it once a day. README has the settings."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.access import AccessError, institution_for_command
from courses.audit import whoever_runs_this
from courses.models import Institution
from dashboard_project.retention import RULES, purge, purge_sign_ins
from oracles.contract import TenantId


class Command(BaseCommand):
    help = "Remove what is older than the retention settings allow, in small batches. Safe to stop and to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--institution", help="slug (default: every institution, and old sign-ins)")
        parser.add_argument("--dry-run", action="store_true", help="say how many rows would go, change nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: object) -> None:
        slug, is_dry, now = str(options["institution"] or ""), bool(options["dry_run"]), timezone.now()
        chosen = _institutions(slug)
        try:
            _ = [rule.days for rule in RULES]  # nothing is removed before every setting was understood
            found = {each.slug: purge(TenantId(each.pk), whoever_runs_this(), now, dry_run=is_dry) for each in chosen}
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        sign_ins = 0 if slug else purge_sign_ins(now, dry_run=is_dry)
        if options["json"]:
            said = {"dry_run": is_dry, "institutions": found, "sign_ins": sign_ins}
            self.stdout.write(json.dumps(said, indent=2))
            return
        verb = "would go" if is_dry else "gone"
        for name, rows in found.items():
            self.stdout.write(f"{name}: {_words(rows)} {verb}")
        if not slug:
            self.stdout.write(f"sign-ins and sessions: {sign_ins} {verb}")


def _institutions(slug: str) -> list[Institution]:
    try:
        return [institution_for_command(slug)] if slug else list(Institution.objects.order_by("slug"))
    except AccessError as error:
        raise CommandError(str(error)) from error


def _words(rows: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in rows.items())

"""Looks at the data of one section or of all, and says what is wrong with it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from courses.access import AccessError, institution_for_command, resolve_for_command
from courses.models import Institution, Section
from dashboard_project.composition.tray import tray_service
from experiences.calculators.data_quality import Severity
from experiences.contract import Availability, SectionContext
from experiences.hygiene_tray.tray import Tray
from oracles.contract import TenantId


class Command(BaseCommand):
    help = "Look at the data of sections and keep what is wrong with it in their trays; names nobody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--section", help="slug of the one section (default: every section)")
        parser.add_argument("--institution", help="slug; needed where several institutions have the section's slug")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: object) -> None:
        contexts = _contexts(str(options["section"] or ""), str(options["institution"] or ""))
        told = {_name(context): _looked(context) for context in contexts}
        if options["json"]:
            self.stdout.write(json.dumps(told, indent=2))
        else:
            for name, result in told.items():
                self.stdout.write(_words(name, result))
        unread = [name for name, result in told.items() if result["unavailable"]]
        if unread:
            raise CommandError(f"not everything could be looked at: {', '.join(unread)}")


def _contexts(section: str, institution: str) -> Iterator[SectionContext]:
    try:
        if section:
            yield SectionContext(resolve_for_command(section, institution or None))
            return
        chosen = [institution_for_command(institution)] if institution else list(Institution.objects.order_by("slug"))
        for each in chosen:
            rows = Section.objects.for_tenant(TenantId(each.pk)).order_by("slug")
            for slug in rows.values_list("slug", flat=True):
                yield SectionContext(resolve_for_command(slug, each.slug))
    except AccessError as error:
        raise CommandError(str(error)) from error


def _name(context: SectionContext) -> str:
    return f"{context.dashboard.institution_slug}/{context.dashboard.section_slug}"


def _looked(context: SectionContext) -> Mapping[str, object]:
    service = tray_service()
    try:
        service.look(context, is_forced=True)
    except OperationalError as busy:
        raise CommandError(f"{_name(context)}: the database gave up: {busy}") from busy
    return _told(service.get_tray(context))


def _told(tray: Tray) -> dict[str, object]:
    newest = tray.score
    return {
        "score": newest.score if newest else None,
        "confidence": newest.confidence.value if newest else "none",
        "open": tray.total_open,
        "by_severity": {each.value: tray.by_severity[each] for each in Severity},
        "handled": tray.progress.handled,
        "total": tray.progress.total,
        "kinds": {part.detector.value: part.count for part in tray.parts},
        "unmeasured": {part.detector.value: part.reason for part in tray.parts if part.reason},
        "unavailable": [part.detector.value for part in tray.parts if part.availability is Availability.UNAVAILABLE],
    }


def _words(name: str, told: Mapping[str, object]) -> str:
    score = "--" if told["score"] is None else told["score"]
    return f"{name}: {told['open']} open, score {score} ({told['confidence']} confidence)"

"""Works the rollups out anew from the raw events, or checks that they say what the events say."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from courses.access import AccessError, institution_for_command, section_for_command
from courses.models import Institution, Section, SectionStamp
from ingest.hints import announce
from ingest.rollups import Difference, differences, recompute
from ingest.structure.header import lock_stamps
from oracles.contract import Domain, TenantId

MOVED = (Domain.PROGRESS, Domain.EVIDENCE, Domain.SCORES, Domain.ROSTER)


class Command(BaseCommand):
    help = "Rebuild rollups from raw events; with --check, only report what differs (exit code 1 if anything does)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--section", help="slug of the one section to look at (default: every section)")
        parser.add_argument("--institution", help="slug; needed where several institutions have the section")
        parser.add_argument("--check", action="store_true", help="change nothing, report differences")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, **options: object) -> None:
        sections = _sections(str(options["section"] or ""), str(options["institution"] or ""))
        found = {f"{each.institution.slug}/{each.slug}": _look(each, change=not options["check"]) for each in sections}
        if options["json"]:
            self.stdout.write(json.dumps({name: [asdict(each) for each in rows] for name, rows in found.items()}))
        else:
            for name, rows in found.items():
                self.stdout.write(_words(name, rows))
        different = [name for name, rows in found.items() if rows]
        if different and options["check"]:
            raise CommandError(f"rollups differ from the events in {', '.join(different)}")


def _sections(section: str, institution: str) -> list[Section]:
    try:
        if section:
            return [section_for_command(section, institution or None)]
        chosen = [institution_for_command(institution)] if institution else Institution.objects.order_by("slug")
    except AccessError as error:
        raise CommandError(str(error)) from error
    return [
        section
        for each in chosen
        for section in Section.objects.for_tenant(TenantId(each.pk)).select_related("institution").order_by("slug")
    ]


def _look(section: Section, *, change: bool) -> list[Difference]:
    """What differs; with `change`, it did."""
    tenant_id = TenantId(section.institution_id)
    with transaction.atomic():
        lock_stamps(tenant_id, [section.pk])
        found = differences(tenant_id, section.pk)
        if found and change:
            recompute(tenant_id, section.pk)
            _move(tenant_id, section)
    return found


def _move(tenant_id: TenantId, section: Section) -> None:
    stamp = SectionStamp.objects.for_tenant(tenant_id).get(section=section)
    for domain in MOVED:
        setattr(stamp, domain.value, getattr(stamp, domain.value) + 1)
    SectionStamp.objects.for_tenant(tenant_id).filter(pk=stamp.pk).update(
        **{domain.value: getattr(stamp, domain.value) for domain in MOVED}
    )
    announce(tenant_id, [section.pk])


def _words(name: str, found: list[Difference]) -> str:
    if not found:
        return f"{name}: no difference"
    lines = [f"{each.rollup}: {each.missing} missing, {each.surplus} surplus" for each in found]
    return f"{name}: " + "; ".join(lines)

"""Prints a section's numbers: the same that the page shows and the export holds."""

from __future__ import annotations

import json
from argparse import ArgumentParser

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard_project.numbers import add_scope_arguments, add_version_argument, build, context_of, rules_of
from snapshot.contract import Capability, Readiness, Snapshot


class Command(BaseCommand):
    help = "Print the numbers of a section's scope."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_scope_arguments(parser)
        add_version_argument(parser)
        parser.add_argument("--format", choices=["json", "text"], default="text")
        parser.add_argument("--json", action="store_const", const="json", dest="format", help="as --format json")

    def handle(self, **options: object) -> None:
        found = build(context_of(options), timezone.now(), rules_of(options))
        self.stdout.write(as_json(found) if options["format"] == "json" else as_text(found))
        broken = [kind.value for kind in Capability if _is_broken(found, kind)]
        if broken:
            raise CommandError(f"not everything could be worked out: {', '.join(broken)}", returncode=3)


def _is_broken(found: Snapshot, kind: Capability) -> bool:
    return found.projection_statuses[kind].readiness is not Readiness.READY


def as_json(found: Snapshot) -> str:
    """The machine form of the outside contract."""
    about = found.metadata
    return json.dumps(
        {
            "snapshot_id": found.snapshot_id,
            "scope": found.scope.address,
            "as_of": about.as_of.isoformat() if about.as_of else None,
            "fingerprints": {kind.value: value for kind, value in found.fingerprints.items()},
            "statuses": {kind.value: status.readiness.value for kind, status in found.projection_statuses.items()},
            "facts": dict(found.facts),
            "projections": {kind.value: msgspec.to_builtins(each) for kind, each in found.projections.items()},
        },
        indent=2,
        ensure_ascii=False,
    )


def as_text(found: Snapshot) -> str:
    """One fact a line; `--` is unknown."""
    lines = [f"{found.metadata.section_title} · {found.scope.address} · as of {found.metadata.as_of or 'no event yet'}"]
    lines += [f"{name:<60} {'--' if value is None else value:>10}" for name, value in found.facts.items()]
    return "\n".join(lines)

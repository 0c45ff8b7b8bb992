"""Prints a section's numbers: the same that the page shows and the export holds.

The machine form names the learners of the support list: whoever runs it is written down, or nothing is printed.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from hashlib import sha256
from uuid import uuid4

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.audit import Handover, NotRecorded, record, whoever_runs_this
from courses.contract import DashboardContext
from courses.models import AuditEntry
from dashboard_project.numbers import add_scope_arguments, add_version_argument, build, context_of, rules_of
from snapshot.contract import Capability, Readiness, Snapshot, StudentSupportProjection

NOTHING = 4


class Command(BaseCommand):
    help = "Print the numbers of a section's scope. As JSON it names learners, and an audit entry says so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_scope_arguments(parser)
        add_version_argument(parser)
        parser.add_argument("--format", choices=["json", "text"], default="text")
        parser.add_argument("--json", action="store_const", const="json", dest="format", help="as --format json")

    def handle(self, **options: object) -> None:
        context = context_of(options)
        found = build(context, timezone.now(), rules_of(options))
        text = as_json(found) if options["format"] == "json" else as_text(found)
        if options["format"] == "json":
            _write_down(context, found, text)
        self.stdout.write(text)
        broken = [kind.value for kind in Capability if _is_broken(found, kind)]
        if broken:
            raise CommandError(f"not everything could be worked out: {', '.join(broken)}", returncode=3)


def _is_broken(found: Snapshot, kind: Capability) -> bool:
    return found.projection_statuses[kind].readiness is not Readiness.READY


def _write_down(context: DashboardContext, found: Snapshot, text: str) -> None:
    """An audit entry says who is about to get these learners' names; the checksum is of what is printed."""
    rows = _named(found)
    if not rows:
        return
    checksum = sha256(f"{text}\n".encode()).hexdigest()
    details = {"snapshot_id": found.snapshot_id}
    action = AuditEntry.Action.SNAPSHOT_COMMAND
    handover = Handover(action, found.scope.address, rows, checksum, uuid4().hex, details)
    try:
        record(context, whoever_runs_this(), handover, timezone.now())
    except NotRecorded as refused:
        raise CommandError(f"nothing is printed: {refused}", returncode=NOTHING) from refused


def _named(found: Snapshot) -> int:
    """How many rows name a learner."""
    support = found.projections.get(Capability.STUDENT_SUPPORT)
    if not isinstance(support, StudentSupportProjection):
        return 0
    return sum(len(bucket.learners) for bucket in support.buckets)


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

"""Says whether an export is what was exported: its checksums, and its numbers against the snapshot, if that is still
kept, and else against the data.

Exit codes: 0 match, 6 tampered, 7 the data has changed since, 1 the file cannot be read.
"""

from __future__ import annotations

import asyncio
import json
from argparse import ArgumentParser
from dataclasses import dataclass, replace
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.access import AccessError, resolve_for_command
from courses.contract import DashboardContext
from dashboard_project.numbers import build, kept
from snapshot.contract import Capability, Snapshot
from snapshot.export.contract import Manifest
from snapshot.export.opening import MOST_BYTES
from snapshot.export.verification import Damaged, Export, NotAnExport, read_export
from snapshot.projections import in_force
from snapshot.projections.rules import UnknownVersion

MATCH, TAMPERED, CHANGED = "match", "tampered", "data changed since"
EXIT_CODES = {TAMPERED: 6, CHANGED: 7}


@dataclass(frozen=True, slots=True)
class Verdict:
    word: str
    details: tuple[str, ...] = ()


class Command(BaseCommand):
    help = "Verify an export: checksums, and its numbers against the data. Exit 0 match, 6 tampered, 7 data changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the ZIP that export_dashboard or the page wrote")
        parser.add_argument("--json", action="store_true", help="print the verdict as JSON")

    def handle(self, **options: object) -> None:
        file = options["file"]
        assert isinstance(file, Path)
        verdict = _judged(file)
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(file), "verdict": verdict.word, "details": verdict.details}))
        else:
            self.stdout.write(f"{file}: {verdict.word}")
        if verdict.word != MATCH:
            raise CommandError(f"{verdict.word}: {'; '.join(verdict.details)}", returncode=EXIT_CODES[verdict.word])


def _judged(file: Path) -> Verdict:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise CommandError(f"{file} is not an export: it has more than {MOST_BYTES} bytes")
        return judge(read_export(file.read_bytes()))
    except Damaged as error:
        return Verdict(TAMPERED, (str(error),))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except NotAnExport as error:
        raise CommandError(f"{file} is not an export: {error}") from error


def judge(export: Export) -> Verdict:
    """Whether the file holds together and says what its snapshot says, or what the data says at the moment it names."""
    problems = tuple(export.problems())
    if problems:
        return Verdict(TAMPERED, problems)
    manifest = export.manifest
    try:
        context = resolve_for_command(manifest.section, manifest.institution, manifest.scope)
    except AccessError as error:
        return Verdict(CHANGED, (str(error),))
    shown = asyncio.run(kept().load(context.tenant_id, manifest.snapshot_id))
    if shown is not None:
        differing = _differing(manifest, shown)
        return Verdict(TAMPERED, differing) if differing else Verdict(MATCH)
    return _against_data(manifest, replace(context, semantics=manifest.semantics))


def _against_data(manifest: Manifest, context: DashboardContext) -> Verdict:
    try:
        rules = in_force(manifest.projection_versions)
    except UnknownVersion as error:
        raise CommandError(f"its numbers cannot be worked out again: {error}") from error
    now = build(context, manifest.generated_at, rules)
    differing = _differing(manifest, now)
    if not differing:
        return Verdict(MATCH)
    # Equal stamps promise equal facts; so facts that differ were changed in the file.
    return Verdict(TAMPERED if manifest.stamp == now.stamp else CHANGED, differing)


def _differing(manifest: Manifest, snapshot: Snapshot) -> tuple[str, ...]:
    """The capabilities whose numbers are others in the snapshot than in the export."""
    numbers = (kind for kind in Capability if kind is not Capability.AI_CONTEXT and kind in manifest.fingerprints)
    return tuple(kind.value for kind in numbers if manifest.fingerprints[kind] != snapshot.fingerprints.get(kind))

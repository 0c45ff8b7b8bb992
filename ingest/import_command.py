"""Bases of the import commands: arguments, refusal in one line, progress on a terminal, a summary in words or JSON."""

from __future__ import annotations

import csv
import json
from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coordinator.writes.contract import Outcome, SinkUnavailable
from courses.access import AccessError, institution_for_command
from ingest.errors import Flaw, IngestError
from ingest.importing import ImportReport, OnFlaw, Prepared, Skipped, refuse, write
from ingest.progress import Progress
from oracles.contract import TenantId


class FileCommand(BaseCommand):
    """Subclasses say how a file is brought in."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--institution", required=True, help="slug of the institution")
        parser.add_argument("--skip-bad", action="store_true", help="leave out rows that cannot be read, and list them")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    @abstractmethod
    def bring_in(self, tenant_id: TenantId, path: Path, on_flaw: OnFlaw, **options: object) -> list[ImportReport]:
        """Everything of the file is written; nothing of it before all of it was checked. Raises IngestError."""

    def handle(self, *_args: str, **options: object) -> None:
        path = options["file"]
        assert isinstance(path, Path)
        skipped = Skipped()
        self.progress = Progress(self.stderr)
        try:
            tenant_id = TenantId(institution_for_command(str(options["institution"])).pk)
            if not path.exists():
                raise CommandError(f"{path}: no such file")
            on_flaw = skipped if options["skip_bad"] else refuse
            self.progress.say(f"checking {path.name}")
            reports = self.bring_in(tenant_id, path, on_flaw, **options)
        except (AccessError, IngestError, SinkUnavailable) as error:
            raise CommandError(str(error)) from error
        finally:
            self.progress.end()
        rejected = _write_rejected(path, skipped.flaws)
        self._say(reports, rejected, as_json=bool(options["json"]))

    def say_progress(self, events: int) -> None:
        """For files that do not say how many events they have."""
        self.progress.of(0)(events)

    def _say(self, reports: list[ImportReport], rejected: Path | None, *, as_json: bool) -> None:
        if as_json:
            summary = {
                "sections": [report.as_dict() for report in reports],
                "rejected_rows": str(rejected) if rejected else None,
            }
            self.stdout.write(json.dumps(summary, indent=2))
            return
        for report in reports:
            self.stdout.write(_words(report))
        if rejected:
            self.stdout.write(f"rows left out are listed in {rejected}")


class ImportCommand(FileCommand):
    """Subclasses say how a file becomes prepared sections."""

    @abstractmethod
    def prepare(self, path: Path, on_flaw: OnFlaw, **options: object) -> Iterator[Prepared]:
        """The sections of the file, each checked as a whole before it is yielded. Raises IngestError."""

    def bring_in(self, tenant_id: TenantId, path: Path, on_flaw: OnFlaw, **options: object) -> list[ImportReport]:
        prepared = list(self.prepare(path, on_flaw, **options))
        return [write(tenant_id, each, self.progress.of(each.total)) for each in prepared]


def _words(report: ImportReport) -> str:
    counts = report.outcomes
    line = (
        f"{report.section}: {counts[Outcome.WRITTEN]:,} events written, {counts[Outcome.DEDUPLICATED]:,} known already"
    )
    kept = counts[Outcome.DEAD_LETTERED] + counts[Outcome.CONFLICT]
    reasons = ", ".join(f"{code}: {number:,}" for code, number in sorted(report.reasons.items()))
    return f"{line}, {kept:,} dead letters ({reasons})" if kept else line


def _write_rejected(path: Path, flaws: list[Flaw]) -> Path | None:
    """A CSV of the rows that were left out: file, line, column, reason."""
    if not flaws:
        return None
    out = Path(settings.VAR) / "rejected" / f"{path.stem}.rejected.csv"
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "line", "column", "reason"])
        writer.writerows([flaw.file, flaw.line, flaw.column, flaw.reason] for flaw in flaws)
    return out

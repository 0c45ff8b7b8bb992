"""Says what this installation runs on, and what is wrong with it."""

from __future__ import annotations

import dataclasses
import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard_project.diagnosis import Finding, examine


class Command(BaseCommand):
    help = (
        "Examine the installation: versions, database, migrations, Redis, channel layer. Exit 1 if something is wrong."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *_args: str, **options: object) -> None:
        findings = examine()
        self.stdout.write(_as_json(findings) if options["json"] else _as_text(findings))
        wrong = [finding.name for finding in findings if finding.verdict == "wrong"]
        if wrong:
            raise CommandError(f"wrong: {', '.join(wrong)}")


def _as_json(findings: list[Finding]) -> str:
    ok = all(finding.verdict != "wrong" for finding in findings)
    return json.dumps({"ok": ok, "findings": [dataclasses.asdict(finding) for finding in findings]}, indent=2)


def _as_text(findings: list[Finding]) -> str:
    return "\n".join(f"{finding.verdict:8}{finding.name:16}{finding.detail}" for finding in findings)

"""Runs a management command; what only the surroundings can cause is told in one line instead of a traceback."""

from __future__ import annotations

import os
import sys

from django.core.checks import Tags
from django.core.checks.registry import registry
from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, ManagementUtility
from django.core.management.base import ALL_CHECKS, CommandParser
from django.db.utils import DatabaseError, DataError, IntegrityError, InterfaceError


def run(argv: list[str]) -> None:
    """The command has run, or the process ends with one clear line on stderr. `--traceback` shows the whole story."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard_project.settings")
    try:
        _load_settings()
        Utility(argv).execute()
    except (ImproperlyConfigured, InterfaceError, DatabaseError) as error:
        # Rows that break a rule are a defect of ours, never of the surroundings.
        if "--traceback" in argv or isinstance(error, IntegrityError | DataError):
            raise
        sys.exit(_line(error))


class Utility(ManagementUtility):
    """Django's own, with two differences.

    Wrong arguments are told in one line, without the usage in front of it (`--help` has it). And the
    addresses of pages are checked by `check` alone: for that all pages are loaded, which takes a command as long as the
    rest of its start.
    """

    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        whole = command.create_parser

        def create_parser(prog_name: str, subcommand: str, **options: object) -> CommandParser:
            parser = whole(prog_name, subcommand, **options)
            # argparse prints the usage nowhere but before an error.
            parser.print_usage = _nothing  # type: ignore[method-assign, assignment]
            return parser

        command.create_parser = create_parser  # type: ignore[method-assign]
        if command.requires_system_checks == ALL_CHECKS:
            command.requires_system_checks = sorted(registry.tags_available() - {Tags.urls})
        return command


def _nothing(_file: object = None) -> None:
    """Is printed."""


def _load_settings() -> None:
    """Settings that cannot be used stop the command before Django swallows the reason."""
    from django.conf import settings  # noqa: PLC0415

    _ = settings.INSTALLED_APPS


def _line(error: Exception) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, ImproperlyConfigured):
        return f"lectern: {text}"
    missing_table = "no such table" in text or ("relation" in text and "does not exist" in text)
    remedy = "run `manage.py migrate`" if missing_table else "see DATABASE_URL"
    return f"lectern: the database cannot be used ({remedy}): {text}"

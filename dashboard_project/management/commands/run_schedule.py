"""Does what is to be done by the clock: decisions with a time, trays, digests, mail, outcomes, old test drives."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from dashboard_project import wiring
from dashboard_project.beside import UNTIL_STDIN_CLOSES
from dashboard_project.composition.schedule import Done, Schedule
from experiences.digest.sending import Outcome

SECONDS = 1.0
QUIET = frozenset(
    {"sections", *(outcome.value for outcome in Outcome if outcome not in {Outcome.SENT, Outcome.FAILED})}
)
"""Counts of what was only looked at."""


class Command(BaseCommand):
    help = "Do what has its time, until told to stop; exit code 1 with --once if something could not be done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="give every job one turn, then stop")
        parser.add_argument("--json", action="store_true", help="print each turn as one line of JSON")
        parser.add_argument(UNTIL_STDIN_CLOSES, action="store_true", help=argparse.SUPPRESS)

    def handle(self, *_args: str, **options: object) -> None:
        as_json = bool(options["json"])
        try:
            if options["once"]:
                self._once(as_json=as_json)
            else:
                self._until_told(_told(also_by_stdin=bool(options["until_stdin_closes"])), as_json=as_json)
        finally:
            wiring.close()

    def _once(self, *, as_json: bool) -> None:
        turns = Schedule().run_due(timezone.now())
        for turn in turns:
            self._say(turn, as_json=as_json)
        failed = [turn for turn in turns if turn.error]
        if failed:
            raise CommandError("; ".join(f"{turn.name}: {turn.error}" for turn in failed))

    def _until_told(self, told: threading.Event, *, as_json: bool) -> None:
        """Turns in which nothing happened are not told, and a failure only when it begins."""
        schedule, failing = Schedule(), set[str]()
        while not told.is_set():
            close_old_connections()
            for turn in schedule.run_due(timezone.now()):
                if turn.error and turn.name not in failing:
                    self.stderr.write(f"{turn.name}: {turn.error}")
                failing = failing | {turn.name} if turn.error else failing - {turn.name}
                if any(count for word, count in turn.counts.items() if word not in QUIET):
                    self._say(turn, as_json=as_json)
            told.wait(SECONDS)

    def _say(self, turn: Done, *, as_json: bool) -> None:
        words = ", ".join(f"{count} {word}" for word, count in turn.counts.items() if count) or "nothing to do"
        told = {"job": turn.name, **turn.counts, **({"error": turn.error} if turn.error else {})}
        self.stdout.write(json.dumps(told) if as_json else f"{turn.name}: {turn.error or words}")
        self.stdout.flush()


def _told(*, also_by_stdin: bool) -> threading.Event:
    """Is set when somebody wants it to end."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    if also_by_stdin:
        threading.Thread(target=_until_stdin_closes, args=[told], name="stdin", daemon=True).start()
    return told


def _until_stdin_closes(told: threading.Event) -> None:
    sys.stdin.read()
    told.set()

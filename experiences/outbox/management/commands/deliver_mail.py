"""Sends the mail that is due, and goes on doing so."""

from __future__ import annotations

import json
import signal
import threading

from django.core.mail import mailers
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from experiences.outbox.delivery import LIMIT, Delivery, ServerAway, deliver_due

SECONDS = 5.0


class Command(BaseCommand):
    help = "Send the mail that is due, until told to stop; exit code 1 with --once if some could not be sent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, then stop")
        parser.add_argument("--limit", type=int, default=LIMIT, help=f"mails in one go (default: {LIMIT})")
        parser.add_argument("--json", action="store_true", help="print each result as one line of JSON")

    def handle(self, *_args: str, **options: object) -> None:
        limit, as_json = int(str(options["limit"])), bool(options["json"])
        if limit < 1:
            raise CommandError(f"--limit: expected at least 1, got {limit}")
        if options["once"]:
            self._once(limit, as_json=as_json)
        else:
            self._until_told(limit, as_json=as_json)

    def _once(self, limit: int, *, as_json: bool) -> None:
        try:
            delivery = deliver_due(timezone.now, mailers["default"], limit)
        except ServerAway as error:
            raise CommandError(str(error)) from error
        self._say(delivery, as_json=as_json)
        counts = delivery.as_dict()
        missing = sum(counts.values()) - counts["sent"]
        if missing:
            raise CommandError(f"{missing} mails were not sent: see the outbox in the admin site")

    def _until_told(self, limit: int, *, as_json: bool) -> None:
        """A server that is away is told once; everything waits for it."""
        told, is_away = threading.Event(), False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: told.set())
        while not told.is_set():
            close_old_connections()
            try:
                delivery = deliver_due(timezone.now, mailers["default"], limit)
            except ServerAway as error:
                if not is_away:
                    self.stderr.write(str(error))
                is_away = True
            else:
                is_away = False
                if delivery.counts.total():
                    self._say(delivery, as_json=as_json)
            told.wait(SECONDS)

    def _say(self, delivery: Delivery, *, as_json: bool) -> None:
        counts = delivery.as_dict()
        words = ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "nothing was due"
        self.stdout.write(json.dumps(counts) if as_json else words)
        self.stdout.flush()

"""Sends the weekly digests that are due; may be stopped, repeated and overlapped: each leaves once."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from courses.access import AccessError, institution_for_command
from courses.models import Institution
from dashboard_project import wiring
from dashboard_project.composition.digest import digest_sender
from experiences.digest.recipients import Recipient, recipients
from experiences.digest.sending import Outcome, Told


def moment(text: str) -> datetime:
    """A moment with its zone, as `--as-of` takes it."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ArgumentTypeError(f"expected a moment with a time zone, like 2026-11-02T09:00:00+00:00, got {text!r}")
    return found


class Command(BaseCommand):
    help = "Send the weekly digests that are due: into the outbox, from where deliver_mail sends them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--preview", action="store_true", help="print what would be sent; send nothing")
        parser.add_argument("--as-of", type=moment, help="the moment it is taken to be (default: now)")
        parser.add_argument("--institution", help="slug; without it every institution's")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: object) -> None:
        as_of = options["as_of"]
        now = as_of if isinstance(as_of, datetime) else timezone.now()
        told: list[Told] = []
        try:
            sender = digest_sender()
            send = sender.preview if options["preview"] else sender.send
            counts = send(_people(options["institution"]), now, told.append).as_dict()
        finally:
            wiring.close()
        shown = [each for each in told if each.outcome is Outcome.READY]
        if options["json"]:
            mails = {"mails": [_mail(each) for each in shown]} if options["preview"] else {}
            self.stdout.write(json.dumps({"as_of": now.isoformat(), "counts": counts, **mails}, indent=2))
        else:
            for each in shown if options["preview"] else ():
                self.stdout.write(_words(each))
            self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items() if count) or "nobody")
        if counts[Outcome.FAILED]:
            raise CommandError(f"{counts[Outcome.FAILED]} digests failed: see the log, and run it again")


def _people(slug: object) -> Iterator[Recipient]:
    """Everybody who teaches, institution by institution."""
    try:
        found = [institution_for_command(str(slug))] if slug else Institution.objects.order_by("pk")
    except AccessError as error:
        raise CommandError(str(error)) from error
    return (person for institution in found for person in recipients(institution))


def _mail(told: Told) -> dict[str, object]:
    assert told.delivery is not None  # it is ready
    mail = told.delivery.mail
    return {
        "key": mail.key,
        "to": mail.to,
        "subject": mail.subject,
        "headers": dict(mail.headers),
        "text": mail.text,
        "html": mail.html,
    }


def _words(told: Told) -> str:
    assert told.delivery is not None
    mail = told.delivery.mail
    return f"To: {mail.to}\nSubject: {mail.subject}\n\n{mail.text}"

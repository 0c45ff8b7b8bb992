"""The demonstration: loads the sample institutions and serves them on this machine."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboard_project import serving
from dashboard_project.management.commands.serve import port
from ingest.adapters.sample.loading import LoadedSection, Login, load

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Load the sample institutions (once) and serve them on 127.0.0.1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=port, help="port to listen on, 0 for any free one (default: PORT, or 8000)")
        parser.add_argument("--no-serve", action="store_true", help="load only")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, **options: object) -> None:
        as_json = bool(options["json"])
        number = settings.PORT if options["port"] is None else int(str(options["port"]))
        if not options["no_serve"]:
            number = _free(number)
        sections, logins = load(timezone.now(), lambda line: None if as_json else self.stdout.write(line))
        summary = _summary(f"http://{HOST}:{number}/", sections, logins)
        file = settings.VAR / "demo.json"
        file.write_text(json.dumps(summary, indent=2) + "\n")
        self.stdout.write(json.dumps(summary, indent=2) if as_json else _words(summary["url"], logins))
        self.stdout.flush()
        if not options["no_serve"]:
            call_command("serve", host=HOST, port=number, with_schedule=True, stdout=self.stdout, stderr=self.stderr)


def _free(number: int) -> int:
    """The port to serve on, 0 being any. That it is taken is said before the loading, not after it."""
    try:
        with serving.listen(HOST, number) as listener:
            return int(listener.getsockname()[1])
    except serving.CannotListen as error:
        raise CommandError(str(error)) from error


def _summary(url: str, sections: list[LoadedSection], logins: list[Login]) -> dict[str, object]:
    return {
        "url": url,
        "address": url,
        "logins": [asdict(login) for login in logins],
        "sections": [{**asdict(each), "url": f"{url}s/{each.institution}/{each.section}/"} for each in sections],
    }


def _words(url: object, logins: list[Login]) -> str:
    lines = [f"\nLectern is at {url}\n"]
    lines += [f"  {login.username:<8} {login.password:<14} {login.sees}" for login in logins]
    return "\n".join([*lines, "", f"Mail goes to {_mailbox()}.\n"])


def _mailbox() -> str:
    """Where to look for what the schedule and the console send."""
    options = settings.MAILERS["default"].get("OPTIONS", {})
    if "file_path" in options:
        return f"files in {options['file_path']}"
    return f"the mail server {options['host']}" if "host" in options else "this console"

"""Serves the dashboard on this machine, until it is told to stop."""

from __future__ import annotations

import argparse
import json
import os
from contextlib import nullcontext

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard_project import serving
from dashboard_project.beside import schedule_beside
from dashboard_project.embedded import choice


def at_least_one(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1, got {text!r}")
    return int(text)


def port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"expected a port from 0 (any free one) to 65535, got {text!r}")
    return int(text)


class Command(BaseCommand):
    help = "Serve the dashboard. Bring the database up to date first: manage.py migrate."
    # First the port: when it is taken, that is the one line to read.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=port, help="port to listen on, 0 for any free one (default: PORT, or 8000)")
        parser.add_argument("--workers", type=at_least_one, default=1, help="processes (default: 1)")
        parser.add_argument(
            "--with-schedule", action="store_true", help="also do what run_schedule does, in a process beside it"
        )
        parser.add_argument("--json", action="store_true", help="print the address as one line of JSON")

    def handle(self, *_args: str, **options: object) -> None:
        host, number, workers = str(options["host"]), options["port"], options["workers"]
        try:
            listener = serving.listen(host, settings.PORT if number is None else int(str(number)))
        except serving.CannotListen as error:
            raise CommandError(str(error)) from error
        plan = serving.Plan(listener, int(str(workers)), settings.DEBUG, settings.VAR / "metrics" / str(os.getpid()))
        self.check()
        self._prepare(plan)
        (self._tell_json if options["json"] else self._tell)(plan)
        with schedule_beside(plan.port, as_json=bool(options["json"])) if options["with_schedule"] else nullcontext():
            serving.run(plan)

    def _prepare(self, plan: serving.Plan) -> None:
        """Static files have their hashed names, and the cache server outlives no worker that is restarted."""
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.REDIS.embedded:
            choice.keep(settings.REDIS.embedded)
        elif not settings.REDIS_URL and plan.workers > 1:
            self.stderr.write(f"warning: no Redis ({settings.REDIS.reason}): the workers do not hear each other")

    def _tell(self, plan: serving.Plan) -> None:
        self.stdout.write(f"Serving on {plan.address} (stop with Ctrl-C)")
        self.stdout.flush()

    def _tell_json(self, plan: serving.Plan) -> None:
        self.stdout.write(json.dumps({"address": plan.address, "pid": os.getpid(), "workers": plan.workers}))
        self.stdout.flush()

"""Writes the events that web processes have put into the durable queue."""

from __future__ import annotations

import asyncio
import json
import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from prometheus_client import start_http_server
from redis.exceptions import RedisError

from coordinator.writes.books import Balance
from dashboard_project import wiring
from dashboard_project.management.commands.serve import at_least_one, port
from dashboard_project.writers import WriterPlan, write


class Command(BaseCommand):
    help = "Take events out of the durable queue (INGEST_QUEUE=streams) and write them, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=at_least_one, default=4, help="batches written at a time (default: 4)")
        parser.add_argument("--until-empty", action="store_true", help="stop when nothing is left")
        parser.add_argument("--metrics-port", type=port, help="serve /metrics on this port of this machine only")
        parser.add_argument("--json", action="store_true", help="print one line of JSON at the start and at the end")

    def handle(self, *_args: str, **options: object) -> None:
        if not settings.REDIS_URL:
            raise CommandError(f"there is no Redis to take events from ({settings.REDIS.reason}): set REDIS_URL")
        if options["metrics_port"] is not None:
            start_http_server(int(str(options["metrics_port"])), "127.0.0.1")
        plan = WriterPlan(int(str(options["workers"])), bool(options["until_empty"]))
        as_json = bool(options["json"])
        try:
            report = asyncio.run(write(plan, wiring.meter(), lambda: self._ready(as_json=as_json)))
        except (RedisError, OSError) as error:
            raise CommandError(f"the queue's server cannot be reached: {error}") from error
        balance = report.balance
        self._say({"seconds": round(report.seconds, 3), **figures(balance)}, as_json=as_json)
        if not balance.is_even or report.lost:
            raise CommandError(f"{len(report.lost)} events could be neither written nor kept")

    def _ready(self, *, as_json: bool) -> None:
        self._say({"pid": os.getpid(), "state": "writing"}, as_json=as_json)

    def _say(self, told: dict[str, object], *, as_json: bool) -> None:
        words = ", ".join(f"{name} {value}" for name, value in told.items())
        self.stdout.write(json.dumps(told) if as_json else words)
        self.stdout.flush()


def figures(balance: Balance) -> dict[str, object]:
    """The books at the end."""
    names = ("received", "written", "deduplicated", "conflicts", "dead_lettered", "handed_over", "abandoned")
    return {name: getattr(balance, name) for name in names}

# ruff: noqa: E402 applications are loaded before what needs them
"""A real server on the sample section, as a process of its own: `python -m tests.e2e.server PORT`.

Everything is the product's but the time an oracle takes (SLOW_SECONDS spreads answers over that long, so that results
of several scopes are under way at once) and a way to the pages that only a fault leads to. With `sample` instead of a
port it makes the section's database.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from dataclasses import dataclass, replace

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard_project.settings")

import django

django.setup()

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware
from daphne.endpoints import build_endpoint_description_strings
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.db import connection, connections
from django.urls import path

from coordinator.ports import OracleRunner, Ports
from dashboard_project import wiring
from dashboard_project.desk_server import DeskServer
from dashboard_project.serving import LARGEST_FRAME
from dashboard_project.web.consumer import DashboardConsumer
from dashboard_project.web.origins import OwnOriginOnly
from dashboard_project.web.parts import PARTS
from oracles.contract import OracleKey, OracleResult, Scope
from tests.e2e import sample

SLOW = float(os.environ.get("SLOW_SECONDS", "0"))


@dataclass(frozen=True, slots=True)
class SlowRunner:
    """Takes its time, each load another."""

    runner: OracleRunner
    dice: random.Random

    async def run(self, scope: Scope, key: OracleKey) -> OracleResult:
        await asyncio.sleep(self.dice.uniform(0, SLOW))
        return await self.runner.run(scope, key)


def slow_ports() -> Ports:
    ports = wiring.ports()
    return replace(ports, runner=SlowRunner(ports.runner, random.Random(7))) if SLOW else ports


def application() -> ProtocolTypeRouter:
    consumer = DashboardConsumer.as_asgi(parts=replace(PARTS, ports=slow_ports))
    socket = path("ws/s/<slug:institution>/<slug:section>/", consumer)
    return ProtocolTypeRouter({
        "http": ASGIStaticFilesHandler(get_asgi_application()),
        "websocket": OwnOriginOnly(CookieMiddleware(URLRouter([socket]))),
    })  # fmt: skip


def make_sample() -> None:
    """In one file: nothing of it is left beside the database."""
    call_command("migrate", verbosity=0)
    sample.load()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()


def main(port: int) -> None:
    settings.LIVE_POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "15"))
    settings.ROOT_URLCONF = "tests.e2e.addresses"
    endpoints = build_endpoint_description_strings(host="127.0.0.1", port=port)
    limits = {"websocket_max_message_size": LARGEST_FRAME, "websocket_max_frame_size": LARGEST_FRAME}
    DeskServer(application=application(), endpoints=endpoints, server_name="", **limits).run()


if __name__ == "__main__":
    make_sample() if sys.argv[1] == "sample" else main(int(sys.argv[1]))

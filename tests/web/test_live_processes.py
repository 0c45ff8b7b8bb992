"""A real server, a real Redis, and writers that are processes of their own: the open socket gets what they changed."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from dashboard_project.embedded.server import EmbeddedServer
from tests.e2e.live import Live, serving
from tests.e2e.writing import Statement, answered, by_command
from tests.web.facts import FACT
from tests.web.test_stale_paints import cookie_of

NEVER = 3600.0
SOON = 1.0


class Dashboard:
    """An open socket and the numbers that its page would show."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.facts: dict[str, str] = {}
        self.tiles: list[str] = []

    async def ask(self, **fields: object) -> None:
        await self._socket.send(json.dumps(fields))
        await self.until('data-work="idle" data-title')

    async def until(self, text: str, seconds: float = 40) -> None:
        """Listens until a frame has this text."""
        async with asyncio.timeout(seconds):
            while text not in await self._hear():
                pass

    async def until_repainted(self, seconds: float = 40) -> None:
        self.tiles.clear()
        async with asyncio.timeout(seconds):
            while not self.tiles:
                await self._hear()

    async def is_silent(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._hear()
        except TimeoutError:
            return True
        return False

    async def _hear(self) -> str:
        frame = str(await self._socket.recv())
        self.tiles += re.findall(r'<section id="tile-(\w+)"', frame)
        self.facts |= {fact: value for value, fact in FACT.findall(frame)}
        return frame


@asynccontextmanager
async def open_dashboard(live: Live) -> AsyncIterator[Dashboard]:
    headers = {"Cookie": cookie_of(live)}
    async with connect(live.socket, origin=Origin(live.origin), additional_headers=headers, max_size=None) as socket:
        dashboard = Dashboard(socket)
        await dashboard.ask(scope="course")
        while not await dashboard.is_silent(SOON):
            pass  # optional answers come after the required ones
        yield dashboard


async def write(folder: Path, redis_url: str, *statements: Statement, institution: str = "lakeside") -> None:
    await asyncio.to_thread(by_command, folder, redis_url, statements, institution)


def everybody(page: str) -> list[Statement]:
    return [answered(number, page) for number in range(52)]


@pytest.mark.proves("coordinator:R17", "speed:F14")
async def test_a_command_in_another_process_changes_the_numbers_of_an_open_dashboard(
    tmp_path: Path, running_valkey: EmbeddedServer
) -> None:
    with serving(tmp_path, redis_url=running_valkey.place.url, poll=NEVER) as live:
        async with open_dashboard(live) as here:
            before = dict(here.facts)

            await write(tmp_path, running_valkey.place.url, *everybody("page-9-1"))
            await here.until_repainted()

            assert here.facts["summary.average_progress_pct"] != before["summary.average_progress_pct"]
            assert "progress" in here.tiles
            async with open_dashboard(live) as fresh:
                assert fresh.facts == here.facts


async def test_another_institutions_hint_does_not_arrive(tmp_path: Path, running_valkey: EmbeddedServer) -> None:
    with serving(tmp_path, redis_url=running_valkey.place.url, poll=NEVER) as live:
        async with open_dashboard(live) as here:
            statement = answered(0, "page-9-1")
            statement["actor"]["account"]["name"] = "ext-ada"
            statement["object"]["id"] = "https://school.example/sections/algebra/activities/unit-1-page-1-question"

            await write(tmp_path, running_valkey.place.url, statement, institution="harbour")

            assert await here.is_silent(SOON)


@pytest.mark.proves("P6")
async def test_without_a_redis_the_poll_finds_what_another_process_wrote(tmp_path: Path) -> None:
    with serving(tmp_path, poll=SOON) as live:
        async with open_dashboard(live) as here:
            await write(tmp_path, "off", *everybody("page-9-1"))

            await here.until_repainted()


@pytest.mark.proves("P6", "reliability:R1", "UX-h")
async def test_a_redis_that_vanishes_and_returns_costs_no_socket_and_no_update(
    tmp_path: Path, running_valkey: EmbeddedServer
) -> None:
    with serving(tmp_path, redis_url=running_valkey.place.url, poll=NEVER) as live:
        async with open_dashboard(live) as here:
            running_valkey.stop()
            await here.until("updates are slower than usual", seconds=6)
            await write(tmp_path, running_valkey.place.url, *everybody("page-9-1"))

            running_valkey.ensure()
            await here.until_repainted(seconds=10)

            await write(tmp_path, running_valkey.place.url, *everybody("page-9-2"))
            await here.until_repainted(seconds=10)

"""Open dashboards without a browser: sockets that change scope and say how long it took.

A socket may send 20 messages a second; `Dashboards` keeps ten of them (what one person may open) and takes turns.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle

from websockets.asyncio.client import ClientConnection, connect

from bench.classes import slug
from bench.server import Server

SOCKETS = 10
BETWEEN_MESSAGES = 0.055
PATIENCE = 20.0
HEAD = re.compile(r'id="view-head"[^>]* data-seq="(\d+)"[^>]* data-work="(\w+)"')
TILE = re.compile(r'<section id="tile-[^>]*data-work="(?:idle|refreshing)"')


@dataclass(frozen=True, slots=True)
class Change:
    """One scope change as its sender saw it, in milliseconds."""

    first_tile: float
    all_tiles: float
    frames: tuple[str, ...]


class Dashboard:
    """One socket that steps through its scopes."""

    def __init__(self, connection: ClientConnection, scopes: Sequence[str]) -> None:
        self._connection = connection
        self._scopes = cycle(scopes)
        self._seq = 0
        self._may_send_at = 0.0

    async def step(self) -> Change:
        """The next scope is on this dashboard, with everything that is required."""
        return await self._answered(await self._choose())

    async def hurry(self, choices: int) -> Change:
        """So many scopes are chosen, as fast as a socket may; the last is on this dashboard, timed from its choice."""
        for _ in range(choices - 1):
            await self._choose()
        return await self.step()

    async def _choose(self) -> float:
        """The next scope is asked for; returns when."""
        await asyncio.sleep(max(0.0, self._may_send_at - time.perf_counter()))
        self._seq += 1
        message = json.dumps({"scope": next(self._scopes), "seq": self._seq})
        started_at = time.perf_counter()
        self._may_send_at = started_at + BETWEEN_MESSAGES
        await self._connection.send(message)
        return started_at

    async def _answered(self, started_at: float) -> Change:
        frames: list[str] = []
        first = 0.0
        while True:
            frame = str(await asyncio.wait_for(self._connection.recv(), PATIENCE))
            now = 1000 * (time.perf_counter() - started_at)
            head = HEAD.search(frame)
            if head is None or int(head[1]) != self._seq:
                continue
            frames.append(frame)
            if not first and TILE.search(frame):
                first = now
            if head[2] == "idle":
                return Change(first or now, now, tuple(frames))


class Dashboards:
    """Several sockets on the same scopes."""

    def __init__(self, sockets: list[Dashboard], scopes: Sequence[str]) -> None:
        self.sockets = sockets
        self._scopes = scopes
        self._turns = cycle(sockets)

    async def warm(self) -> None:
        """Every scope has been on every dashboard, the last one still is."""
        for _ in range(len(self._scopes) * len(self.sockets)):
            await self.step()

    async def step(self) -> Change:
        """One change, on the dashboard that has rested longest."""
        return await next(self._turns).step()


@asynccontextmanager
async def dashboards(
    server: Server, session: str, size: int, scopes: Sequence[str], count: int = SOCKETS
) -> AsyncIterator[Dashboards]:
    """Dashboards on the class of this size, until the block ends."""
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(_socket(server, session, size)) for _ in range(count)]
        yield Dashboards([Dashboard(connection, scopes) for connection in opened], scopes)


@asynccontextmanager
async def crowd(
    server: Server, sessions: Sequence[str], size: int, scopes: Sequence[str]
) -> AsyncIterator[list[Dashboard]]:
    """Ten dashboards of each person on one class, until the block ends."""
    async with AsyncExitStack() as stack:
        yield [
            Dashboard(await stack.enter_async_context(_socket(server, session, size)), scopes)
            for session in sessions
            for _ in range(SOCKETS)
        ]


def _socket(server: Server, session: str, size: int) -> connect:
    """As behind a proxy that speaks TLS: the production settings accept nothing else."""
    headers = {"Cookie": f"__Host-sessionid={session}", "X-Forwarded-Proto": "https"}
    url = f"ws://{server.host}/ws/s/bench/{slug(size)}/"
    return connect(url, additional_headers=headers, origin=f"https://{server.host}", max_size=None)  # type: ignore[arg-type]

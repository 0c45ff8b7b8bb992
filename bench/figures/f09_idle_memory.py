"""F9: what an open dashboard that nobody touches costs the server in memory.

How: on one process, twenty dashboards are opened first, then two hundred more; each shows a scope of a class of 200.
The process's resident memory after, less before, by dashboard.
Floor: the same number of sockets of a Channels consumer that does nothing, on the same kind of server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from websockets.asyncio.client import connect

from bench.classes import addresses, session_keys
from bench.contract import AtMost, RatioAtMost, Row
from bench.dashboards import SOCKETS, crowd
from bench.laboratory import Laboratory
from bench.server import Server
from bench.statistics import Spread

SIZE = 200
FIRST, MORE = 2, 20
"""People, with ten dashboards each."""
REST_SECONDS = 3.0


def measure(laboratory: Laboratory) -> list[Row]:
    ours = asyncio.run(_dashboards(laboratory))
    bare = asyncio.run(_bare(laboratory.bare_consumer()))
    what = "memory of an idle dashboard"
    return [Row("F9", what, "kB", Spread(ours, ours), AtMost(100.0), Spread(bare, bare), RatioAtMost(2.0))]


async def _dashboards(laboratory: Laboratory) -> float:
    scopes, sessions = await asyncio.to_thread(lambda: (addresses(SIZE, 1), session_keys(FIRST + MORE)))
    server = laboratory.production()
    async with crowd(server, sessions[:FIRST], SIZE, scopes) as first:
        for socket in first:
            await socket.step()
        before = await _resting(server)
        async with crowd(server, sessions[FIRST:], SIZE, scopes) as more:
            for socket in more:
                await socket.step()
            return (await _resting(server) - before) / len(more)


async def _bare(server: Server) -> float:
    async with _sockets(server, FIRST * SOCKETS):
        before = await _resting(server)
        async with _sockets(server, MORE * SOCKETS):
            return (await _resting(server) - before) / (MORE * SOCKETS)


@asynccontextmanager
async def _sockets(server: Server, count: int) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for _ in range(count):
            socket = await stack.enter_async_context(connect(f"ws://{server.host}/"))
            await socket.send("{}")
        yield


async def _resting(server: Server) -> float:
    """Kilobytes."""
    await asyncio.sleep(REST_SECONDS)
    return server.resident_bytes / 1000

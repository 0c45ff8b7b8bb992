"""F2: from the frame that asks for a cached scope to the first frame with a finished tile, over a real socket.

How: ten sockets on the deployed form of the application change between scopes that are in the cache; client and server
are on this machine.
Floor: an echo of the same small message by the same kind of server, and one bare GET of an answer's size from the
cache server, added up. It carries no page: the text of five tiles, compressed for the wire, is ours alone.
"""

from __future__ import annotations

import asyncio
import os
from time import perf_counter

import redis
from websockets.asyncio.client import connect

from bench.classes import addresses, session_key
from bench.contract import AtMost, RatioAtMost, Row
from bench.dashboards import dashboards
from bench.laboratory import Laboratory
from bench.statistics import spread

SIZE = 200
CHANGES = 500
ANSWER = b"x" * 8_000
MESSAGE = '{"scope": "container:unit", "seq": 12}'


def measure(laboratory: Laboratory) -> list[Row]:
    changes = laboratory.repetitions(CHANGES)
    measured = asyncio.run(_changes(laboratory, changes))
    echoes = asyncio.run(_echoes(laboratory, changes))
    floor = [echo + got for echo, got in zip(echoes, _gets(changes), strict=True)]
    what = "cached change: frame → first tile"
    return [Row("F2", what, "ms", spread(measured), AtMost(5.0), spread(floor), RatioAtMost(3.0))]


async def _changes(laboratory: Laboratory, changes: int) -> list[float]:
    # The session is asked for here, because Django refuses its database where an event loop runs.
    scopes, session = await asyncio.to_thread(lambda: (addresses(SIZE, 5), session_key()))
    async with dashboards(laboratory.production(), session, SIZE, scopes) as opened:
        await opened.warm()
        return [(await opened.step()).first_tile for _ in range(changes)]


async def _echoes(laboratory: Laboratory, count: int) -> list[float]:
    samples = []
    server = laboratory.constant("uvicorn", {})
    async with connect(f"ws://{server.host}/echo/") as socket:
        for _ in range(count):
            started_at = perf_counter()
            await socket.send(MESSAGE)
            await socket.recv()
            samples.append(1000 * (perf_counter() - started_at))
    return samples


def _gets(count: int) -> list[float]:
    """Zeros where there is no cache server: then the floor is the echo alone."""
    url = os.environ["REDIS_URL"]
    if "://" not in url:
        return [0.0] * count
    samples = []
    with redis.Redis.from_url(url) as client:
        client.set("bench", ANSWER)
        for _ in range(count):
            started_at = perf_counter()
            client.get("bench")
            samples.append(1000 * (perf_counter() - started_at))
    return samples

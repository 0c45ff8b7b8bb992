"""F4: what a cached scope change costs the server, in processor time.

What: milliseconds of CPU per change of all tiles, and how many changes a second one process could serve at that price.
How: ten sockets change scope as fast as a socket may (20 a second each); the operating system's account of the server
process before and after, less what the idle server used in the same time. Changes per second is the reciprocal: one
core's worth, not a rate that was driven (ten sockets of one person may not ask for more than 200 a second).
Floor: the same kind of server sends the same bytes to the same clients, compressed in the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter

from bench.classes import addresses, session_key
from bench.contract import AtLeast, AtMost, RatioAtMost, Row
from bench.dashboards import Dashboard, Dashboards, dashboards
from bench.laboratory import Laboratory
from bench.server import Server
from bench.statistics import Spread, spread

SIZE = 200
ROUNDS = 5
CHANGES = 60
"""Of each socket in a round."""
IDLE_SECONDS = 2.0


def measure(laboratory: Laboratory) -> list[Row]:
    scopes, session = addresses(SIZE, 5), session_key()
    frames = asyncio.run(_recorded(laboratory.production(), session, scopes))
    constant = laboratory.constant("uvicorn", {"frames": frames})
    rounds = laboratory.repetitions(ROUNDS)
    measured = asyncio.run(_cost(laboratory.production(), session, scopes, rounds))
    floor = asyncio.run(_cost(constant, session, scopes, rounds))
    size = sum(len(frame) for some in frames.values() for frame in some) / len(frames) / 1000
    return [
        Row("F4", "CPU per cached change", "ms", measured, AtMost(0.4), floor, RatioAtMost(2.0)),
        Row("F4", "changes per second and core", "1/s", _per_second(measured), AtLeast(2_000), _per_second(floor)),
        Row("F4", "text of a change", "kB", Spread(size, size)),
    ]


def _per_second(cost: Spread) -> Spread:
    return Spread(1000 / cost.p50, 1000 / cost.p95, cost.count)


async def _recorded(server: Server, session: str, scopes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    async with dashboards(server, session, SIZE, scopes, count=1) as opened:
        await opened.warm()
        return {scope: (await opened.step()).frames for scope in scopes}


async def _cost(server: Server, session: str, scopes: Sequence[str], rounds: int) -> Spread:
    async with dashboards(server, session, SIZE, scopes) as opened:
        await opened.warm()
        idle = await _idle(server)
        return spread([await _round(server, opened, idle) for _ in range(rounds)])


async def _idle(server: Server) -> float:
    """Seconds of CPU per second, with the sockets open and nobody asking."""
    before = server.cpu_seconds
    await asyncio.sleep(IDLE_SECONDS)
    return (server.cpu_seconds - before) / IDLE_SECONDS


async def _round(server: Server, opened: Dashboards, idle: float) -> float:
    before, started_at = server.cpu_seconds, perf_counter()
    await asyncio.gather(*(_steps(socket) for socket in opened.sockets))
    used = server.cpu_seconds - before - idle * (perf_counter() - started_at)
    return 1000 * used / (CHANGES * len(opened.sockets))


async def _steps(socket: Dashboard) -> None:
    for _ in range(CHANGES):
        await socket.step()

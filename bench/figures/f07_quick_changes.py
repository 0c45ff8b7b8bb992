"""F7: somebody clicks A, B, C, D as fast as a socket may, with nothing in the cache.

How: a class of 2 000; between two such rows the section's stamps are moved, as new data would move them. Timed from the
choice of D to all its tiles. The second row counts, by /metrics, sets of questions that ran to the end, as often as its
least answered oracle was: what nobody waits for any more is called off.
Floor: one choice alone, with nothing in the cache.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from bench.classes import addresses, move, session_key
from bench.contract import AtMost, Row
from bench.dashboards import Dashboard, dashboards
from bench.laboratory import Laboratory
from bench.server import Server
from bench.statistics import spread
from dashboard_project.meters import ORACLE

SIZE = 2_000
CHOICES = 4
ROUNDS = 20
BUDGET = 300.0 + 300.0
"""F5 of this class, and 0.3 s."""


@dataclass(frozen=True, slots=True)
class Timed:
    milliseconds: float
    answered: Counter[str]
    """Questions, by oracle."""


def measure(laboratory: Laboratory) -> list[Row]:
    alone, four = asyncio.run(_rounds(laboratory, laboratory.repetitions(ROUNDS)))
    asked = set().union(*(each.answered for each in alone))
    sets = [min(each.answered[oracle] for oracle in asked) for each in four]
    times = spread([each.milliseconds for each in four]), spread([each.milliseconds for each in alone])
    return [
        Row("F7", f"four choices, {SIZE} learners: last → its tiles", "ms", times[0], AtMost(BUDGET), times[1]),
        Row("F7", "sets of questions that ran to the end", "sets", spread(sets), AtMost(2.0)),
    ]


async def _rounds(laboratory: Laboratory, rounds: int) -> tuple[list[Timed], list[Timed]]:
    scopes, session = await asyncio.to_thread(lambda: (addresses(SIZE, 5), session_key()))
    server = laboratory.production()
    async with dashboards(server, session, SIZE, scopes, count=1) as opened:
        await opened.warm()
        socket = opened.sockets[0]
        alone = [await _cold(server, socket, 1) for _ in range(rounds)]
        return alone, [await _cold(server, socket, CHOICES) for _ in range(rounds)]


async def _cold(server: Server, socket: Dashboard, choices: int) -> Timed:
    await asyncio.to_thread(move, SIZE)
    before = await _answered(server)
    change = await socket.hurry(choices)
    return Timed(change.all_tiles, await _answered(server) - before)


async def _answered(server: Server) -> Counter[str]:
    """Questions that were answered so far, by oracle."""
    return await asyncio.to_thread(lambda: server.counted(f"{ORACLE}_count", "oracle", status="loaded"))

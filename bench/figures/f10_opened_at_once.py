"""F10: two hundred dashboards ask for one scope at once, with nothing in the cache: as when a class begins.

How: twenty instructors with ten dashboards each on a class of 200; the section's stamps are moved, then every dashboard
chooses the same scope at the same moment. One process, so each question is to be answered once, by /metrics: the second
row is the number of answers to the one answered most often.
Floor: one dashboard alone does the same.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from bench.classes import addresses, move, session_keys
from bench.contract import AtMost, RatioAtMost, Row
from bench.dashboards import Dashboard, crowd
from bench.laboratory import Laboratory
from bench.server import Server
from bench.statistics import spread
from dashboard_project.meters import ORACLE

SIZE = 200
PEOPLE = 20
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Rush:
    times: list[float]
    """Milliseconds, of each dashboard."""
    answers: int
    """To the question that was answered most often."""


def measure(laboratory: Laboratory) -> list[Row]:
    alone, together = asyncio.run(_rounds(laboratory, laboratory.repetitions(ROUNDS)))
    times = [spread([time for rush in rushes for time in rush.times]) for rushes in (together, alone)]
    return [
        Row("F10", "200 dashboards at once, cold", "ms", times[0], None, times[1], RatioAtMost(2.0)),
        Row("F10", "answers to one question", "times", spread([rush.answers for rush in together]), AtMost(1.0)),
    ]


async def _rounds(laboratory: Laboratory, rounds: int) -> tuple[list[Rush], list[Rush]]:
    scopes, sessions = await asyncio.to_thread(lambda: (addresses(SIZE, 2), session_keys(PEOPLE)))
    server = laboratory.production()
    async with crowd(server, sessions, SIZE, scopes) as opened:
        for socket in opened:
            await socket.step()
        together = [await _rush(server, opened) for _ in range(rounds)]
        return [await _rush(server, opened[:1]) for _ in range(rounds)], together


async def _rush(server: Server, sockets: list[Dashboard]) -> Rush:
    await asyncio.to_thread(move, SIZE)
    before = await _answered(server)
    changes = await asyncio.gather(*(socket.step() for socket in sockets))
    after = await _answered(server)
    return Rush([change.all_tiles for change in changes], max(after[oracle] - before[oracle] for oracle in after))


async def _answered(server: Server) -> Counter[str]:
    """Questions that were answered so far, by oracle."""
    return await asyncio.to_thread(lambda: server.counted(f"{ORACLE}_count", "oracle", status="loaded"))

"""F8: two hundred dashboards, each changing its scope once a second, on two processes.

How: twenty instructors with ten dashboards each on a class of 200, scopes in the cache, the deployed form with two
processes; every dashboard has been at every scope, and begins at another moment of the second. From the frame that asks
to all tiles. The client shares the machine and unpacks what comes. The slow end of the second row is the 99th
percentile.
Floor: none.
"""

from __future__ import annotations

import asyncio
from math import ceil
from statistics import median

from bench.classes import addresses, session_keys
from bench.contract import AtMost, Row
from bench.dashboards import Dashboard, crowd
from bench.laboratory import Laboratory
from bench.statistics import Spread, spread

SIZE = 200
PEOPLE = 20
CHANGES = 15
SECONDS_BETWEEN = 1.0


def measure(laboratory: Laboratory) -> list[Row]:
    times = sorted(asyncio.run(_all(laboratory, laboratory.repetitions(CHANGES))))
    slowest = Spread(median(times), times[ceil(0.99 * len(times)) - 1], len(times))
    what = "200 dashboards, a change a second, 2 processes"
    return [
        Row("F8", what, "ms", spread(times), AtMost(60.0)),
        Row("F8", f"{what} (p50 / p99)", "ms", slowest, AtMost(100.0)),
    ]


async def _all(laboratory: Laboratory, changes: int) -> list[float]:
    scopes, sessions = await asyncio.to_thread(lambda: (addresses(SIZE, 5), session_keys(PEOPLE)))
    async with crowd(laboratory.pair(), sessions, SIZE, scopes) as opened:
        for socket in opened:
            for _ in scopes:
                await socket.step()
        delays = [SECONDS_BETWEEN * number / len(opened) for number in range(len(opened))]
        rows = await asyncio.gather(*(_one(*each, changes) for each in zip(opened, delays, strict=True)))
    return [time for row in rows for time in row]


async def _one(socket: Dashboard, delay: float, changes: int) -> list[float]:
    """A change a second by the clock, however long each takes."""
    loop = asyncio.get_running_loop()
    begins_at = loop.time() + delay
    times = []
    for number in range(changes):
        await asyncio.sleep(begins_at + number * SECONDS_BETWEEN - loop.time())
        times.append((await socket.step()).all_tiles)
    return times

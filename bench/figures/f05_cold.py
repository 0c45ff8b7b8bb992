"""F5: a scope change that nothing is cached for, to all required tiles, in classes of 20 to 10 000 learners.

How: the whole course, the dearest scope. Between changes the section's stamps are moved, as new data would move them,
so that neither tier of the cache, nor a kept tile, is of any use. One socket, the deployed form of the application.
Floor: the same statements at the same moment of the data, by the same load functions, side by side in a pool of threads
in this process: no coordinator, no cache, no projections, no templates, no wire.
The last row is the exponent of growth from 200 to 10 000 learners: 1 would be linear.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from time import perf_counter

from bench.classes import SIZES, addresses, context_of, move, session_key
from bench.contract import AtMost, RatioAtMost, Row
from bench.dashboards import dashboards
from bench.laboratory import Laboratory
from bench.loading import Loader
from bench.statistics import Spread, exponent, spread

CHANGES = 25
BUDGETS = dict(zip(SIZES, (100.0, 150.0, 300.0, 900.0), strict=True))
GROWS_FROM = 200


def measure(laboratory: Laboratory) -> list[Row]:
    rows = [_row(laboratory, size) for size in SIZES]
    grown = [(size, row.measured.p50) for size, row in zip(SIZES, rows, strict=True) if size >= GROWS_FROM]
    growth = exponent([size for size, _ in grown], [value for _, value in grown])
    return [*rows, Row("F15", "growth of F5 with learners", "exponent", Spread(growth, growth), AtMost(1.0))]


def _row(laboratory: Laboratory, size: int) -> Row:
    changes = laboratory.repetitions(CHANGES)
    floor = _bare(size, changes)
    measured = asyncio.run(_changes(laboratory, size, changes))
    what = f"cold change, {size} learners"
    return Row("F5", what, "ms", spread(measured), AtMost(BUDGETS[size]), spread(floor), RatioAtMost(1.3, 15.0))


async def _changes(laboratory: Laboratory, size: int, changes: int) -> list[float]:
    course, unit, session = await asyncio.to_thread(lambda: (*addresses(size, 2), session_key()))
    samples = []
    async with dashboards(laboratory.production(), session, size, [course, unit], count=1) as opened:
        await opened.warm()
        for _ in range(changes):
            await asyncio.to_thread(move, size)
            samples.append((await opened.step()).all_tiles)
            await opened.step()
    return samples


def _bare(size: int, times: int) -> list[float]:
    scope, samples = context_of(size).scope, []
    with Loader() as loader:
        loader.load(scope, datetime.now(UTC))
        for _ in range(times):
            started_at = perf_counter()
            loader.load(scope, datetime.now(UTC))
            samples.append(1000 * (perf_counter() - started_at))
    return samples

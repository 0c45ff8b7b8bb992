"""F11: from answers to a file, without any query: assembly, projections, ZIP, in classes of 20 to 10 000 learners.

What: `assemble` makes the whole snapshot (projections, facts and fingerprints included); the projections are a part of
it and are measured once more by themselves; the ZIP is built from the finished snapshot.
How: in this process, one after the other, on the answers of the whole course. The last rows are exponents of growth
from 200 to 10 000 learners: 1 would be linear.
Floor: none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import perf_counter

from bench.classes import SIZES, context_of
from bench.contract import AtMost, Row
from bench.laboratory import Laboratory
from bench.loading import Loader
from bench.statistics import Spread, exponent, spread
from snapshot.assembler import assemble
from snapshot.data_snapshot import metadata, newest
from snapshot.export.contract import ExportRequest
from snapshot.export.csv_zip import build_zip
from snapshot.projections import derive_all

TIMES = 10
JUDGED = 2_000
GROWS_FROM = 200
BUDGETS = {"snapshot": AtMost(60.0), "projections": AtMost(40.0), "ZIP": AtMost(500.0)}
"""Assembly 20 ms, and the projections that are a part of it."""


def measure(laboratory: Laboratory) -> list[Row]:
    times = laboratory.repetitions(TIMES)
    spreads = {size: _spreads(size, times) for size in SIZES}
    rows = [_row(size, what, found) for size in SIZES for what, found in spreads[size].items()]
    return [*rows, *(_growth(what, spreads) for what in BUDGETS)]


def _row(size: int, what: str, found: Spread) -> Row:
    return Row("F11", f"{what}, {size} learners", "ms", found, BUDGETS[what] if size == JUDGED else None)


def _growth(what: str, spreads: dict[int, dict[str, Spread]]) -> Row:
    sizes = [size for size in SIZES if size >= GROWS_FROM]
    growth = exponent(sizes, [spreads[size][what].p50 for size in sizes])
    return Row("F15", f"growth of F11 with learners: {what}", "exponent", Spread(growth, growth), AtMost(1.0))


def _spreads(size: int, times: int) -> dict[str, Spread]:
    context, now = context_of(size), datetime.now(UTC)
    with Loader() as loader:
        answers = loader.load(context.scope, now)
    about = metadata(context, now, newest(answers))
    snapshot = assemble(about, context.scope, "1", answers, "bench")
    return {
        "snapshot": _timed(partial(assemble, about, context.scope, "1", answers, "bench"), times),
        "projections": _timed(partial(derive_all, about, answers), times),
        "ZIP": _timed(partial(build_zip, snapshot, ExportRequest(is_partial=True)), times),
    }


def _timed(work: Callable[[], object], times: int) -> Spread:
    samples = []
    for _ in range(times):
        started_at = perf_counter()
        work()
        samples.append(1000 * (perf_counter() - started_at))
    return spread(samples)

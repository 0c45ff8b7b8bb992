"""Rows become the one table that people read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.contract import Row
from bench.statistics import Spread

HEADINGS = ("figure", "what", "unit", "floor p50/p95", "measured p50/p95", "budget", "ratio", "to reach", "")
NOTHING = "–"


def table(rows: Iterable[Row]) -> str:
    """Aligned columns, one line per row."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(_line(cells, widths) for cells in lines)


def number(value: float) -> str:
    """Three figures that matter, no exponent."""
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.figure,
        row.what,
        row.unit,
        _spread(row.floor),
        _spread(row.measured),
        str(row.budget) if row.budget else NOTHING,
        NOTHING if row.ratio is None else f"{number(row.ratio)} ×",
        str(row.target) if row.target else NOTHING,
        _verdict(row),
    )


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return NOTHING
    if spread.count == 1:
        return number(spread.p50)
    return f"{number(spread.p50)} / {number(spread.p95)}"


def _verdict(row: Row) -> str:
    if row.budget is None and row.target is None:
        return ""
    return "missed: " + " and ".join(row.misses) if row.misses else "ok"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()

"""Progress: a bar for each direct child of the scope, seven at a time."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard_project.web.present.charts import share
from dashboard_project.web.urlstate import ViewState
from oracles.payloads import THRESHOLDS
from snapshot.contract import Bar, ProgressProjection

BARS_PER_PAGE = 7


@dataclass(frozen=True, slots=True)
class BarView:
    bar: Bar
    width: float
    average_x: float | None
    """Where the mean of the class stands on the same axis; none where it cannot be computed."""
    is_scheduled: bool


@dataclass(frozen=True, slots=True)
class ProgressBody:
    projection: ProgressProjection
    mode: str
    bars: tuple[BarView, ...]
    """Those of this page."""
    every_bar: tuple[BarView, ...]
    page: int
    pages: int
    first: int
    last: int
    furthest: Bar | None
    least: Bar | None
    thresholds: tuple[int, ...] = THRESHOLDS

    @property
    def previous_page(self) -> int:
        return self.page - 1 if self.page > 1 else 0

    @property
    def next_page(self) -> int:
        return self.page + 1 if self.page < self.pages else 0


def body(projection: ProgressProjection, view: ViewState) -> ProgressBody:
    pages = max(1, -(-len(projection.bars) // BARS_PER_PAGE))
    page = min(view.page, pages)
    start = (page - 1) * BARS_PER_PAGE
    every = tuple(_bar(bar, projection) for bar in projection.bars)
    shown = every[start : start + BARS_PER_PAGE]
    by_completed = sorted(projection.bars, key=lambda bar: bar.completed)
    return ProgressBody(
        projection=projection,
        mode=view.mode,
        bars=shown,
        every_bar=every,
        page=page,
        pages=pages,
        first=start + 1,
        last=start + len(shown),
        furthest=by_completed[-1] if by_completed else None,
        least=by_completed[0] if len(by_completed) > 1 else None,
    )


def _bar(bar: Bar, projection: ProgressProjection) -> BarView:
    return BarView(
        bar=bar,
        width=share(bar.completed, projection.class_size),
        average_x=None if bar.average_pct is None else share(bar.average_pct, 100),
        is_scheduled=projection.schedule is not None and projection.schedule.key == bar.key,
    )

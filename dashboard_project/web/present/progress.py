"""Progress: a bar for each direct child of the scope, seven at a time, and the learners behind one of them."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard_project.web.present.charts import share
from dashboard_project.web.present.cross_filter import CrossFilter
from dashboard_project.web.present.learner_list import LearnerList, ListName, Rows, learner_list, lines_of
from dashboard_project.web.present.look import PLAIN, Look
from dashboard_project.web.present.standing import percents, side
from dashboard_project.web.urlstate import ViewState
from oracles.contract import LEARNER_INFO, LEARNER_PROGRESS
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
    is_open: bool = False
    """Its learners are listed."""
    among: int | None = None
    """How many of the chosen learners have completed it; none while nobody is chosen."""
    among_width: float = 0.0


@dataclass(frozen=True, slots=True)
class SideView:
    """`todo` or `done`: a button above the list, with how many it lists."""

    id: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """The learners behind the bar that is open."""

    bar: Bar
    sides: tuple[SideView, ...]
    list: LearnerList


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
    chosen: CrossFilter | None = None
    behind: Behind | None = None
    thresholds: tuple[int, ...] = THRESHOLDS

    @property
    def previous_page(self) -> int:
        return self.page - 1 if self.page > 1 else 0

    @property
    def next_page(self) -> int:
        return self.page + 1 if self.page < self.pages else 0

    @property
    def schedule_page(self) -> int:
        """The page that holds what the calendar is at, when that is another one; else 0."""
        place = next((at for at, view in enumerate(self.every_bar) if view.is_scheduled), None)
        page = 0 if place is None else place // BARS_PER_PAGE + 1
        return page if page != self.page else 0


def body(projection: ProgressProjection, view: ViewState, look: Look = PLAIN) -> ProgressBody:
    pages = max(1, -(-len(projection.bars) // BARS_PER_PAGE))
    page = min(view.page, pages)
    start = (page - 1) * BARS_PER_PAGE
    every = tuple(_bar(bar, projection, view, look) for bar in projection.bars)
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
        chosen=look.chosen,
        behind=_behind(projection, view, look),
    )


def _bar(bar: Bar, projection: ProgressProjection, view: ViewState, look: Look) -> BarView:
    among = _among(bar, projection, look)
    return BarView(
        bar=bar,
        width=share(bar.completed, projection.class_size),
        average_x=None if bar.average_pct is None else share(bar.average_pct, 100),
        is_scheduled=projection.schedule is not None and projection.schedule.key == bar.key,
        is_open=bar.key == view.bar,
        among=among,
        among_width=share(among or 0, projection.class_size),
    )


def _among(bar: Bar, projection: ProgressProjection, look: Look) -> int | None:
    if look.chosen is None or look.people.progress is None:
        return None
    done = side(look.people.progress, bar.key, projection.threshold, "done")
    return None if done is None else look.chosen.among(done)


def _behind(projection: ProgressProjection, view: ViewState, look: Look) -> Behind | None:
    """The list of the open bar; none when no bar is open, or when this scope has no such bar."""
    bar = next((bar for bar in projection.bars if bar.key == view.bar), None)
    if bar is None:
        return None
    counts = {"todo": projection.class_size - bar.completed, "done": bar.completed}
    name = ListName(
        id="behind",
        rule=f"progress.{bar.key}.{view.side}",
        parameter="p.rows",
        only=f"progress:{bar.key}:{view.side}",
        is_picked=view.pick == "progress",
    )
    is_failed = look.people.is_failed(LEARNER_PROGRESS, LEARNER_INFO)
    return Behind(
        bar=bar,
        sides=tuple(SideView(each, count, each == view.side) for each, count in counts.items()),
        list=learner_list(name, _rows(bar, projection.threshold, view, look), look.chosen, is_failed=is_failed),
    )


def _rows(bar: Bar, threshold: int, view: ViewState, look: Look) -> Rows | None:
    """Who is not there yet begins with who did least; who is, comes by name."""
    people = look.people
    if people.progress is None or not people.roster:
        return None
    ids = side(people.progress, bar.key, threshold, view.side) or frozenset()
    reached = dict.fromkeys(ids, 0.0) | dict(percents(people.progress, bar.key) or {})
    lines = lines_of(ids, people, reached)
    if view.side == "todo":
        lines.sort(key=lambda line: line.percent or 0.0)
    return Rows(tuple(lines), view.bar_rows)

"""The tray as it is shown: what is open, in which order, how far one has come, where to begin. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from experiences.calculators.data_quality import Effort, Severity
from experiences.contract import Availability
from experiences.hygiene_tray.contract import DetectorName
from experiences.hygiene_tray.issues import Batch, Issue, Order, ScoreOfDay, TrayData

TOP = 3


class Show(StrEnum):
    """Which states are listed."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


class Sort(StrEnum):
    IMPACT = "impact"
    MINE = "mine"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the tray is asked for; it stands in the address."""

    show: Show = Show.OPEN
    severity: Severity | None = None
    detector: DetectorName | None = None
    pages: frozenset[int] | None = None
    """Only issues about these pages; `None` is the whole section."""
    sort: Sort = Sort.IMPACT


@dataclass(frozen=True, slots=True)
class Progress:
    """`7 of 12`: closed or reviewed, of all that was found."""

    handled: int
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """One detector's part of the tray: a source that failed marks its own."""

    detector: DetectorName
    availability: Availability
    reason: str
    """Why it could not look; empty where it could."""
    count: int


@dataclass(frozen=True, slots=True)
class Tray:
    """What is shown."""

    issues: tuple[Issue, ...]
    """After the filters, in the order asked for."""
    total_open: int
    """Before the filters."""
    by_severity: Mapping[Severity, int]
    """Open ones, before the filters."""
    progress: Progress
    score: ScoreOfDay | None
    """The newest; `None` before the first look."""
    scores: tuple[ScoreOfDay, ...]
    top_fixes: tuple[Issue, ...]
    quick_wins: tuple[Issue, ...]
    parts: tuple[Part, ...]
    order: Order
    undoable: tuple[Batch, ...]
    looked_at: datetime | None
    as_of: datetime | None
    is_stale: bool
    """The section's feed is silent for longer than promised."""
    new: int
    """Found for the first time by the last look."""


def tray_of(data: TrayData, filters: Filters) -> Tray:
    """The remembered tray as these filters show it."""
    open_ones = [issue for issue in data.issues if issue.state.is_blocking]
    return Tray(
        issues=tuple(_sorted(_shown(data.issues, filters), filters.sort, data.order)),
        total_open=len(open_ones),
        by_severity={each: sum(issue.severity is each for issue in open_ones) for each in Severity},
        progress=progress_of(data.issues),
        score=data.scores[-1] if data.scores else None,
        scores=data.scores,
        top_fixes=tuple(open_ones[:TOP]),
        quick_wins=tuple([issue for issue in open_ones if issue.effort is Effort.QUICK][:TOP]),
        parts=tuple(_part(data, detector, open_ones) for detector in DetectorName),
        order=data.order,
        undoable=data.undoable,
        looked_at=data.look.at,
        as_of=data.as_of,
        is_stale=any(issue.fault == "stale_feed" for issue in open_ones),
        new=sum(issue.first_seen_at == data.look.at for issue in open_ones),
    )


def progress_of(issues: Sequence[Issue]) -> Progress:
    handled = sum(_is_handled(issue) for issue in issues)
    return Progress(handled, len(issues))


def _is_handled(issue: Issue) -> bool:
    return not issue.state.is_blocking or issue.state.reviewed


def _shown(issues: Sequence[Issue], filters: Filters) -> list[Issue]:
    return [issue for issue in issues if _matches(issue, filters)]


def _matches(issue: Issue, filters: Filters) -> bool:
    is_open = issue.state.is_blocking
    return (
        (filters.show is Show.ALL or is_open is (filters.show is Show.OPEN))
        and filters.severity in {None, issue.severity}
        and filters.detector in {None, issue.detector}
        and (filters.pages is None or issue.page in filters.pages)
    )


def _sorted(issues: Sequence[Issue], sort: Sort, order: Order) -> list[Issue]:
    if sort is Sort.NEWEST:
        return sorted(issues, key=lambda issue: (issue.first_seen_at, issue.impact), reverse=True)
    if sort is Sort.MINE:
        return in_order(issues, order)
    return list(issues)


def in_order(issues: Sequence[Issue], order: Order) -> list[Issue]:
    """As somebody put them; what came since stands behind, by impact."""
    places = {issue: place for place, issue in enumerate(order.issues)}
    return sorted(issues, key=lambda issue: (places.get(issue.id, len(places)), -issue.impact, issue.id))


def _part(data: TrayData, detector: DetectorName, open_ones: Sequence[Issue]) -> Part:
    count = sum(issue.detector is detector for issue in open_ones)
    return Part(detector, data.look.availability(detector), data.look.unmeasured.get(detector, ""), count)

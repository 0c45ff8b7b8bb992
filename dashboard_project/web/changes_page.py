"""What “what changed since …” shows. Built once per request; the template does no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise

from courses.contract import DashboardContext, ScopeChoice
from dashboard_project.kept_facts import Basis, KeptDay
from dashboard_project.web.fragments import TITLES
from dashboard_project.web.head import dashboard_path
from dashboard_project.web.page import Option, options
from dashboard_project.web.present.fact_names import FactName, Titles
from dashboard_project.web.present.trend import TrendView, trend_view
from dashboard_project.web.urlstate import DEFAULT, Notice, ViewState, write
from oracles.payloads import Trend
from snapshot.contract import Capability, Facts, Readiness, Snapshot
from snapshot.differences import Change, Kept, diff

LAST_VISIT, A_WEEK = "last-visit", "week"


class State(StrEnum):
    """Whether there is something to compare with."""

    COMPARED = "compared"
    FIRST_VISIT = "first_visit"
    NOTHING_KEPT = "nothing_kept"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks about which scope, and what could be chosen instead."""

    context: DashboardContext
    view: ViewState
    choices: Sequence[ScopeChoice]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What was asked for, and what was found of it."""

    asked: str
    """`last-visit`, `week`, or the id of what is kept."""
    state: State
    basis: Basis | None = None
    days: tuple[KeptDay, ...] = ()


@dataclass(frozen=True, slots=True)
class DayOption:
    """One of the kept days to choose from."""

    value: str
    taken_at: datetime
    is_under_other_settings: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One fact that changed."""

    change: Change
    name: FactName

    @property
    def direction(self) -> str:
        """`up`, `down`, or nothing where there is no number on both sides."""
        by = self.change.by
        return "" if by is None else "up" if by > 0 else "down"

    @property
    def plural(self) -> int:
        """1 where the amount takes a singular; plural forms are chosen by whole numbers only."""
        return 1 if self.change.by in {1, -1} else 2


@dataclass(frozen=True, slots=True)
class Group:
    capability: Capability
    title: Promise | str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What lies between what was kept and now."""

    basis: Basis
    groups: tuple[Group, ...]
    events: int
    is_under_other_settings: bool
    unread: tuple[Promise | str, ...]
    """Tiles whose present numbers could not be had; they are not compared."""


@dataclass(frozen=True, slots=True)
class Present:
    """The section as it is now."""

    snapshot: Snapshot
    events: int
    trend: Trend | None
    """`None`: it could not be had."""


@dataclass(frozen=True, slots=True)
class ChangesPage:
    section_title: str
    label: str
    zone: str
    path: str
    back: str
    scope: str
    threshold: int | None
    """Only if it is not the usual one."""
    choices: tuple[Option, ...]
    notices: tuple[Notice, ...]
    since: Since
    days: tuple[DayOption, ...]
    """Newest first."""
    now: datetime
    comparison: Comparison | None
    trend: TrendView | None


def changes_page(asking: Asking, since: Since, present: Present) -> ChangesPage:
    """The page, with a comparison if there is something to compare with."""
    context, view = asking.context, asking.view
    titles = {choice.address: choice.title for choice in asking.choices}
    return ChangesPage(
        section_title=context.section_title,
        label=titles.get(view.scope, context.section_title),
        zone=context.time_zone,
        path=f"{dashboard_path(context)}changes/",
        back=dashboard_path(context) + write(view),
        scope=view.scope,
        threshold=view.threshold if view.threshold != DEFAULT.threshold else None,
        choices=options(asking.choices),
        notices=asking.notices,
        since=since,
        days=tuple(_day(each, present.snapshot.config_signature) for each in since.days),
        now=present.snapshot.metadata.generated_at,
        comparison=None if since.basis is None else compare(since.basis, present),
        trend=None if present.trend is None else trend_view(present.trend, context.time_zone),
    )


def compare(basis: Basis, present: Present) -> Comparison:
    """Every fact that is not what it was, of the capabilities whose present numbers are whole."""
    snapshot = present.snapshot
    unread = [each for each in TITLES if snapshot.projection_statuses[each].readiness is not Readiness.READY]
    before = Kept(_without(unread, basis.kept.facts), basis.kept.events, basis.kept.config_signature)
    after = Kept(_without(unread, snapshot.facts), present.events, snapshot.config_signature)
    found = diff(before, after)
    return Comparison(
        basis=basis,
        groups=_groups(found.changes, Titles(snapshot)),
        events=found.events,
        is_under_other_settings=found.settings_changed,
        unread=tuple(TITLES[each] for each in unread),
    )


def _day(kept: KeptDay, config_signature: str) -> DayOption:
    return DayOption(str(kept.pk), kept.taken_at, kept.config_signature != config_signature)


def _without(unread: Sequence[Capability], facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if name.partition(".")[0] not in unread}


def _groups(changes: Sequence[Change], titles: Titles) -> tuple[Group, ...]:
    rows = [Row(change, titles.of(change.fact)) for change in changes]
    by_capability: Mapping[Capability, list[Row]] = {
        capability: [row for row in rows if row.name.capability is capability] for capability in TITLES
    }
    return tuple(Group(each, TITLES[each], tuple(found)) for each, found in by_capability.items() if found)

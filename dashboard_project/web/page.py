"""What the dashboard's template shows on first paint. Built once per request; the template does no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from courses.contract import ScopeChoice
from dashboard_project.web.arrangement import Arrangement, arrangement
from dashboard_project.web.files import Files, files
from dashboard_project.web.fragments import RenderedTile
from dashboard_project.web.head import Head, dashboard_path, head, socket_path
from dashboard_project.web.layout import Layout
from dashboard_project.web.live import Live, is_paused
from dashboard_project.web.saved_views import Views
from dashboard_project.web.tiles import Viewing
from dashboard_project.web.urlstate import COURSE, Notice, write
from snapshot.contract import Capability

INDENT = "\u00a0\u00a0\u00a0"
FIRST_TOKEN = 0
"""Stands on the tiles of the first paint; the socket's requests count from 1."""
UNCONNECTED = "paused"
"""Without its script the page does not move by itself."""


@dataclass(frozen=True, slots=True)
class FirstPaint:
    """The tiles as far as they are known; `is_complete` when none of them is a skeleton."""

    tiles: Mapping[Capability, RenderedTile]
    is_complete: bool
    as_of: datetime | None = None
    snapshot_id: str = ""
    """Under which it is kept; empty while it is not complete."""
    """The newest event time that any tile has seen."""


@dataclass(frozen=True, slots=True)
class Personal:
    """What this person has arranged."""

    layout: Layout
    views: Views
    has_keys: bool


@dataclass(frozen=True, slots=True)
class Option:
    address: str
    title: str
    indented: str


@dataclass(frozen=True, slots=True)
class DashboardPage:
    institution: str
    section: str
    section_title: str
    label: str
    scope: str
    state: str
    path: str
    socket_url: str
    complete_url: str
    """Where a browser without JavaScript is sent while a tile is still a skeleton; empty when none is."""
    is_complete_asked: bool
    credit: str
    head: Head
    files: Files
    live: Live
    choices: tuple[Option, ...]
    notices: tuple[Notice, ...]
    board: Arrangement
    views: Views
    keys: str
    """`on` or `off`: whether single keys do something."""


def dashboard_page(
    viewing: Viewing,
    choices: Sequence[ScopeChoice],
    notices: tuple[Notice, ...],
    paint: FirstPaint,
    mine: Personal,
    *,
    is_complete_asked: bool,
) -> DashboardPage:
    """The page as the instructor first sees it."""
    context, view = viewing.context, viewing.view
    work = "idle" if paint.is_complete else "loading"
    top = head(context, choices, view, token=FIRST_TOKEN, seq=0, work=work, state=UNCONNECTED)
    query = write(view)
    return DashboardPage(
        institution=context.institution_slug,
        section=context.section_slug,
        section_title=context.section_title,
        label=top.label,
        scope=view.scope,
        state=UNCONNECTED,
        path=dashboard_path(context),
        socket_url=f"{socket_path(context)}?lang={viewing.language}",
        complete_url="" if paint.is_complete else f"{query or '?'}{'&' if query else ''}complete=1",
        is_complete_asked=is_complete_asked,
        credit=context.credit,
        head=top,
        files=files(dashboard_path(context), view, paint.snapshot_id),
        live=Live(paint.as_of, context.time_zone, is_paused=is_paused(view)),
        choices=options(choices),
        notices=notices,
        board=arrangement(mine.layout, {name.value: _as_it_stands(tile) for name, tile in paint.tiles.items()}),
        views=mine.views,
        keys="on" if mine.has_keys else "off",
    )


def _as_it_stands(tile: RenderedTile) -> SafeString:
    return mark_safe(tile.html(FIRST_TOKEN))  # noqa: S308 our own


def options(choices: Sequence[ScopeChoice]) -> tuple[Option, ...]:
    """The entries of the scope picker."""
    return tuple(_option(choice) for choice in choices)


def _option(choice: ScopeChoice) -> Option:
    title = gettext("Whole course") if choice.address == COURSE else choice.title
    return Option(choice.address, title, INDENT * choice.depth + title)

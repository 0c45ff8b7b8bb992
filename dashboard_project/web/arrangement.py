"""A layout and its tiles as the template shows them: rows of slots, and what each control would ask for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from dashboard_project.personal import Arranged
from dashboard_project.web.fragments import TITLES
from dashboard_project.web.layout import ROWS, SHARES, Layout, restored
from snapshot.contract import Capability


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a tile stands; the tile itself is not part of it and stays when the slot is painted again."""

    name: str
    title: Promise
    tile: SafeString | None
    """`None` where the tile that the page has already is to be kept."""
    is_collapsed: bool
    is_first: bool
    is_last: bool
    narrower: int | None
    """The row's share after it, `None` where there is no narrower."""
    wider: int | None


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    share: int
    """Percent of the row that its first tile has."""
    is_first: bool
    is_last: bool
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    summary: SafeString | None
    rows: tuple[Row, ...]
    smallest: int = SHARES[0]
    largest: int = SHARES[-1]
    step: int = SHARES.step


def arrangement(layout: Layout, tiles: Mapping[str, SafeString]) -> Arrangement:
    """The page's rows; with the tiles, or with places for those that the page has."""
    names = layout.rows
    rows = tuple(
        Row(row, _share(layout, row), row == names[0], row == names[-1], tuple(_slots(layout, row, tiles)))
        for row in names
    )
    return Arrangement(tiles.get(Capability.SUMMARY.value), rows)


def layout_of(arranged: Arranged) -> Layout:
    return restored(arranged.order, arranged.collapsed, dict(arranged.shares))


def arranged_as(layout: Layout) -> Arranged:
    return Arranged(layout.order, tuple(sorted(layout.collapsed)), tuple(layout.shares.items()))


def _share(layout: Layout, row: str) -> int:
    share = layout.shares[row]
    return share if layout.tiles(row)[0] == ROWS[row][0] else 100 - share


def _slots(layout: Layout, row: str, tiles: Mapping[str, SafeString]) -> list[Slot]:
    share, line = _share(layout, row), layout.tiles(row)
    return [
        Slot(
            name=name,
            title=TITLES[Capability(name)],
            tile=tiles.get(name),
            is_collapsed=name in layout.collapsed,
            is_first=name == line[0],
            is_last=name == line[-1],
            narrower=_possible(share - SHARES.step if name == line[0] else share + SHARES.step),
            wider=_possible(share + SHARES.step if name == line[0] else share - SHARES.step),
        )
        for name in line
    ]


def _possible(share: int) -> int | None:
    return share if share in SHARES else None

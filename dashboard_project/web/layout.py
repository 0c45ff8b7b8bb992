"""How the tiles stand on one person's page: in which order, which are collapsed, how wide. Pure.

Rules: the summary stands first and stays. The other tiles stand in rows of two; rows can change places, and so can the
two tiles of a row. A tile has 30 to 70 percent of its row, in steps of 5. What was saved for a tile that is no longer
there is left out; a tile that is new stands last. What cannot be understood changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from snapshot.contract import Capability

ROWS: Mapping[str, tuple[str, ...]] = {
    "engagement": (Capability.PROGRESS.value, Capability.STUDENT_SUPPORT.value),
    "content": (Capability.CHALLENGING_OBJECTIVES.value, Capability.ASSESSMENTS.value),
}
ROW_OF = {tile: row for row, tiles in ROWS.items() for tile in tiles}
SHARES = range(30, 71, 5)
PERCENT = {str(share): share for share in SHARES}
USUAL_SHARES: Mapping[str, int] = {"engagement": 60, "content": 50}


class NoSuchChange(ValueError):
    """What was asked of a layout means nothing; the argument is its name."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`order` holds every tile once, row by row; a share is the percentage of the first tile in `ROWS`."""

    order: tuple[str, ...] = tuple(ROW_OF)
    collapsed: frozenset[str] = frozenset()
    shares: Mapping[str, int] = field(default_factory=lambda: USUAL_SHARES)

    @property
    def rows(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ROW_OF[tile] for tile in self.order))

    def tiles(self, row: str) -> tuple[str, ...]:
        """The tiles of a row, from the first to the last."""
        return tuple(tile for tile in self.order if ROW_OF[tile] == row)


def restored(order: Iterable[object], collapsed: Iterable[object], shares: Mapping[str, object]) -> Layout:
    """The layout that was saved, as far as it still means something."""
    known = {row: share for row, share in shares.items() if row in ROWS and share in SHARES}
    return Layout(
        _in_rows(str(tile) for tile in order),
        frozenset(str(tile) for tile in collapsed) & ROW_OF.keys(),
        {**USUAL_SHARES, **known},  # type: ignore[dict-item]
    )


def changed(layout: Layout, name: str, value: str) -> Layout:
    """The layout after one change; one that leaves things as they are is a change, too.

    Raises:
        NoSuchChange: there is no such change, or not of that.
    """
    if name not in CHANGES:
        raise NoSuchChange(name)
    return CHANGES[name](layout, value)


def _collapse(layout: Layout, tile: str) -> Layout:
    return replace(layout, collapsed=layout.collapsed | {_tile(tile)})


def _expand(layout: Layout, tile: str) -> Layout:
    return replace(layout, collapsed=layout.collapsed - {_tile(tile)})


def _earlier(layout: Layout, what: str) -> Layout:
    line = _line_of(layout, what)
    return _put(layout, what, line[max(0, line.index(what) - 1)])


def _later(layout: Layout, what: str) -> Layout:
    line = _line_of(layout, what)
    return _put(layout, what, line[min(len(line) - 1, line.index(what) + 1)])


def _place(layout: Layout, value: str) -> Layout:
    """`one:other`: the one takes the place of the other."""
    what, _, other = value.partition(":")
    if other not in _line_of(layout, what):
        raise NoSuchChange("place")
    return _put(layout, what, other)


def _share(layout: Layout, value: str) -> Layout:
    """`row:percent`, of the tile that stands first in the row now."""
    row, _, percent = value.partition(":")
    if row not in ROWS or percent not in PERCENT:
        raise NoSuchChange("share")
    share = PERCENT[percent] if layout.tiles(row)[0] == ROWS[row][0] else 100 - PERCENT[percent]
    return replace(layout, shares={**layout.shares, row: share})


def _reset(_layout: Layout, _value: str) -> Layout:
    return Layout()


CHANGES: Mapping[str, Callable[[Layout, str], Layout]] = {
    "collapse": _collapse,
    "expand": _expand,
    "earlier": _earlier,
    "later": _later,
    "place": _place,
    "share": _share,
    "reset": _reset,
}


def _tile(name: str) -> str:
    if name not in ROW_OF:
        raise NoSuchChange("tile")
    return name


def _line_of(layout: Layout, what: str) -> tuple[str, ...]:
    """What it can change places with: rows with rows, a tile with those of its row."""
    return layout.rows if what in ROWS else layout.tiles(ROW_OF[_tile(what)])


def _put(layout: Layout, what: str, where: str) -> Layout:
    line = list(_line_of(layout, what))
    place = line.index(where)
    line.remove(what)
    line.insert(place, what)
    if what in ROWS:
        return replace(layout, order=tuple(tile for row in line for tile in layout.tiles(row)))
    others = {row: layout.tiles(row) for row in layout.rows} | {ROW_OF[what]: tuple(line)}
    return replace(layout, order=tuple(tile for row in layout.rows for tile in others[row]))


def _in_rows(order: Iterable[str]) -> tuple[str, ...]:
    """Every tile once: the known ones as they were saved, then the others; those of a row side by side."""
    every = dict.fromkeys([*(tile for tile in order if tile in ROW_OF), *ROW_OF])
    rows = dict.fromkeys(ROW_OF[tile] for tile in every)
    return tuple(tile for row in rows for tile in every if ROW_OF[tile] == row)

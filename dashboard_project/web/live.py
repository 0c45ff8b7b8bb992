"""The line that says how live the page is: its state, the age of its data, what waits, the button that pauses. Pure.

The words of the states stand on the page and are chosen by `data-state` on its root; the page itself adds `offline`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard_project.web.board import Board
from dashboard_project.web.urlstate import ViewState

PAUSED = "0"


@dataclass(frozen=True, slots=True)
class Live:
    as_of: datetime | None = None
    zone: str = "UTC"
    is_paused: bool = False
    waiting: int = 0
    is_delayed: bool = False

    @property
    def as_of_iso(self) -> str:
        return self.as_of.isoformat() if self.as_of else ""


def is_paused(view: ViewState) -> bool:
    return view.live == PAUSED


def state_of(board: Board, view: ViewState, waiting: int) -> str:
    """`paused`, `catching-up`, `stale` (newer data is there and could not be read) or `live`."""
    if is_paused(view):
        return "paused"
    if waiting or not board.is_settled:
        return "catching-up"
    return "stale" if board.outdated else "live"

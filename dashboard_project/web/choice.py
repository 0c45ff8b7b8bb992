"""What the instructor looks at now."""

from __future__ import annotations

from dataclasses import dataclass, field

from courses.contract import DashboardContext
from dashboard_project.web.urlstate import Notice, ViewState


@dataclass(frozen=True, slots=True)
class Choice:
    """Replaced as a whole, so that a frame can tell whether it is still wanted."""

    context: DashboardContext
    view: ViewState
    seq: int = 0
    shown: str = ""
    """The scope whose tiles the page had when it asked."""
    notices: tuple[Notice, ...] = ()
    sought: str = field(default="", repr=False)
    """Part of a name, for as long as this scope is looked at; it is never part of the view."""

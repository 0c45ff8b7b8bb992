"""What a tile may know beside its projection: who is who, and whom the view is about. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from courses.contract import Beside
from dashboard_project.web.present.cross_filter import CrossFilter, cross_filter
from dashboard_project.web.present.people import NOBODY, People
from dashboard_project.web.urlstate import ViewState


@dataclass(frozen=True, slots=True)
class Look:
    people: People = NOBODY
    chosen: CrossFilter | None = None
    now: datetime | None = None
    """The `now` of every rule of this paint."""
    zone: str = "UTC"
    beside: Beside = Beside()
    may_set: bool = False
    names_are_hidden: bool = False
    sought: str = field(default="", repr=False)
    """Part of a name; personal, so it is in no address, key or log."""


PLAIN = Look()


def look_of(view: ViewState, people: People, now: datetime) -> Look:
    return Look(people, cross_filter(view, people, now), now)

"""The list of learners under the ring: filtered, searched, each with what was said about them. Pure.

Who is marked as not a concern comes last, or is hidden by choice; the counts of the buckets know nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from courses.contract import NotAConcern
from dashboard_project.web.present.look import Look
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import Bucket, StudentSupportProjection, SupportRow

WEEKS = (1, 2, 4, 8)
"""For how long a learner can be marked with a click."""


@dataclass(frozen=True, slots=True)
class ListedRow:
    row: SupportRow
    note: NotAConcern | None = None
    """While it holds."""
    quiet_days: int | None = None
    """Full days without any activity; nothing for somebody who was never active."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Learners of another bucket whose name was sought, too."""

    bucket: str
    count: int


@dataclass(frozen=True, slots=True)
class Until:
    """A day from which somebody would be a concern again."""

    value: str
    """ISO date, in the section's zone."""
    at: datetime
    weeks: int


@dataclass(frozen=True, slots=True)
class SupportList:
    rows: tuple[ListedRow, ...]
    """All that pass the filters, in order."""
    noted: int = 0
    """Learners of the bucket who are marked as not a concern, shown or hidden."""
    elsewhere: tuple[Elsewhere, ...] = ()


def support_list(projection: StudentSupportProjection, chosen: Bucket, view: ViewState, look: Look) -> SupportList:
    """The learners of the chosen bucket as the view wants them."""
    notes = holding(look)
    listed = [_listed(row, notes, look.now) for row in chosen.learners if _passes(row, view, look)]
    shown = [each for each in listed if each.note is None or view.noted != "hide"]
    return SupportList(
        rows=tuple(sorted(shown, key=lambda each: each.note is not None)),
        noted=sum(row.learner_id in notes for row in chosen.learners),
        elsewhere=_elsewhere(projection, chosen, look.sought) if look.sought else (),
    )


def holding(look: Look) -> Mapping[int, NotAConcern]:
    """The words that hold at this moment, by learner."""
    return {each.learner_id: each for each in look.beside.not_concerns if look.now is None or each.until > look.now}


def untils(now: datetime, zone: str) -> tuple[Until, ...]:
    """The days that are offered, as of now."""
    today = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    days = ((weeks, today + timedelta(weeks=weeks)) for weeks in WEEKS)
    return tuple(Until(day.date().isoformat(), day, weeks) for weeks, day in days)


def _passes(row: SupportRow, view: ViewState, look: Look) -> bool:
    if view.active and row.inactive != (view.active == "0"):
        return False
    if look.chosen is not None and not look.chosen.keeps(row.learner_id):
        return False
    return not look.sought or _is_called(row, look.sought)


def _is_called(row: SupportRow, sought: str) -> bool:
    wanted = sought.casefold()
    return any(wanted in text.casefold() for text in (row.name, row.email, row.external_id))


def _elsewhere(projection: StudentSupportProjection, chosen: Bucket, sought: str) -> tuple[Elsewhere, ...]:
    counts = (
        (bucket.id, sum(_is_called(row, sought) for row in bucket.learners))
        for bucket in projection.buckets
        if bucket is not chosen
    )
    return tuple(Elsewhere(name, count) for name, count in counts if count)


def _listed(row: SupportRow, notes: Mapping[int, NotAConcern], now: datetime | None) -> ListedRow:
    quiet = None if row.last_activity is None or now is None else max(0, (now - row.last_activity).days)
    return ListedRow(row, notes.get(row.learner_id), quiet)

"""Clicks and marks as events, in file order. Ids are UUID5 of what identifies a row, so a re-import knows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid5

from ingest.adapters.oulad import tables
from ingest.adapters.oulad.ordinals import in_any_order, within_a_day
from ingest.adapters.oulad.outline import assessment_key, site_key
from ingest.adapters.oulad.presentations import Code, Presentation, is_day, presentation_of
from ingest.errors import Flaw
from ingest.importing import OnFlaw
from ingest.records import EventRecord, Verb

NAMESPACE = UUID("5f0d9a53-6f3b-5c0e-9d0b-2c1f7c1e6a01")
SOURCE = "oulad"
FULL_MARKS = 100.0


@dataclass(slots=True)
class Extent:
    """What the first pass learns about a presentation's clicks, for the second."""

    rows: int = 0
    last_line: int = 0
    last_day: int = -1_000_000
    is_sorted: bool = True


@dataclass(slots=True)
class Survey:
    """The result of the first pass over the facts."""

    extents: dict[Code, Extent] = field(default_factory=dict)
    marks: Counter[int] = field(default_factory=Counter)
    """Rows of marks by assessment."""

    def of(self, code: Code) -> Extent:
        return self.extents.setdefault(code, Extent())

    def total(self, presentation: Presentation) -> int:
        """How many events the presentation has."""
        return self.of(presentation.code).rows + sum(self.marks[number] for number in presentation.assessments)


def survey(path: Path, found: dict[Code, Presentation], on_flaw: OnFlaw) -> Survey:
    """Every row of the facts has been looked at; flaws were reported."""
    seen = Survey()
    for line, values in tables.rows(path, tables.CLICKS, on_flaw):
        presentation = presentation_of(found, tables.CLICKS, line, values, on_flaw)
        day = int(values[4])
        if presentation is None or not is_day(tables.CLICKS, line, "date", day, on_flaw):
            continue
        extent = seen.of(presentation.code)
        extent.rows += 1
        extent.last_line = line
        extent.is_sorted = extent.is_sorted and day >= extent.last_day
        extent.last_day = day
    for line, values in tables.rows(path, tables.MARKS, on_flaw):
        if is_day(tables.MARKS, line, "date_submitted", int(values[2]), on_flaw):
            seen.marks[int(values[0])] += 1
    return seen


def clicks(path: Path, presentation: Presentation, extent: Extent) -> Iterator[EventRecord]:
    """One event per row of the log."""
    ordinal = within_a_day() if extent.is_sorted else in_any_order()
    module, run = presentation.code
    noon = presentation.calendar.noon
    for line, values in tables.rows(path, tables.CLICKS, _pass_over):
        if line > extent.last_line:
            return
        if values[0] != module or values[1] != run:
            continue
        student, site, day = int(values[2]), int(values[3]), int(values[4])
        if not is_day(tables.CLICKS, line, "date", day, _pass_over):
            continue
        nth = ordinal(day, student, site)
        yield EventRecord(
            event_id=uuid5(NAMESPACE, f"{module}|{run}|{student}|{site}|{day}|{nth}"),
            learner=str(student),
            verb=Verb.EXPERIENCED,
            page=site_key(site),
            timestamp=noon(day),
            source=SOURCE,
            sequence=nth,
            result={"sum_click": int(values[5])},
        )


def marks(path: Path, presentation: Presentation, owners: Mapping[int, Code], heir: Code) -> Iterator[EventRecord]:
    """One event per row of marks. Rows of an assessment that nobody has go to `heir`, whose sink will refuse them."""
    ordinal = in_any_order()
    module, run = presentation.code
    for line, values in tables.rows(path, tables.MARKS, _pass_over):
        assessment, student, day = int(values[0]), int(values[1]), int(values[2])
        if owners.get(assessment, heir) != presentation.code:
            continue
        if not is_day(tables.MARKS, line, "date_submitted", day, _pass_over):
            continue
        nth = ordinal(day, student, assessment)
        score = float(values[4]) if values[4] else None
        yield EventRecord(
            event_id=uuid5(NAMESPACE, f"{module}|{run}|{student}|{assessment_key(assessment)}|{day}|{nth}"),
            learner=str(student),
            verb=Verb.SUBMITTED if score is None else Verb.SCORED,
            page=assessment_key(assessment),
            timestamp=presentation.calendar.noon(day),
            source=SOURCE,
            score=score,
            out_of=None if score is None else FULL_MARKS,
            sequence=nth,
            result={"is_banked": values[3] != "0"},
        )


def _pass_over(_flaw: Flaw) -> None:
    """Already reported by the first pass."""

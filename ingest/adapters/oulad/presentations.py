"""The small tables: what each module presentation is made of. These fit in memory; the log of clicks does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ingest.adapters.oulad import tables
from ingest.adapters.oulad.calendar import FURTHEST_DAY, Calendar, calendar_of
from ingest.errors import Flaw
from ingest.importing import OnFlaw

type Code = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Assessment:
    assessment_id: int
    kind: str
    day: int | None
    weight: float | None


@dataclass(frozen=True, slots=True)
class Site:
    site_id: int
    kind: str
    week: int | None


@dataclass(slots=True)
class Presentation:
    """One run of a module."""

    code: Code
    days: int
    calendar: Calendar
    assessments: dict[int, Assessment] = field(default_factory=dict)
    sites: dict[int, Site] = field(default_factory=dict)
    students: dict[int, bool] = field(default_factory=dict)
    """Student → has withdrawn."""


def read_presentations(path: Path, on_flaw: OnFlaw) -> dict[Code, Presentation]:
    """Every presentation of the file with its assessments, sites and students, in the order of `courses.csv`."""
    found = _courses(path, on_flaw)
    _assessments(path, found, on_flaw)
    _sites(path, found, on_flaw)
    _students(path, found, on_flaw)
    return found


def presentation_of(
    found: dict[Code, Presentation], table: tables.Table, line: int, values: list[str], on_flaw: OnFlaw
) -> Presentation | None:
    """The presentation that a row belongs to; a row of an unknown one is a flaw."""
    presentation = found.get((values[0], values[1]))
    if presentation is None:
        reason = f"no presentation {values[0]} {values[1]} in {tables.COURSES.file}"
        on_flaw(Flaw(table.file, line, "code_presentation", reason))
    return presentation


def is_day(table: tables.Table, line: int, column: str, day: int, on_flaw: OnFlaw) -> bool:
    """The day is near enough to the presentation to be one."""
    if abs(day) <= FURTHEST_DAY:
        return True
    on_flaw(Flaw(table.file, line, column, f"expected a day within {FURTHEST_DAY} of the start, got {day}"))
    return False


def _courses(path: Path, on_flaw: OnFlaw) -> dict[Code, Presentation]:
    found: dict[Code, Presentation] = {}
    for line, values in tables.rows(path, tables.COURSES, on_flaw):
        code, days = (values[0], values[1]), int(values[2])
        try:
            calendar = calendar_of(values[1])
        except ValueError as error:
            on_flaw(Flaw(tables.COURSES.file, line, "code_presentation", str(error)))
            continue
        if not is_day(tables.COURSES, line, "module_presentation_length", days, on_flaw):
            continue
        if code in found or days < 0:
            reason = "this presentation stands here twice" if code in found else f"expected days, got {days}"
            on_flaw(Flaw(tables.COURSES.file, line, "", reason))
            continue
        found[code] = Presentation(code, days, calendar)
    return found


def _assessments(path: Path, found: dict[Code, Presentation], on_flaw: OnFlaw) -> None:
    known: set[int] = set()
    for line, values in tables.rows(path, tables.ASSESSMENTS, on_flaw):
        presentation = presentation_of(found, tables.ASSESSMENTS, line, values, on_flaw)
        number = int(values[2])
        if presentation is None or not _is_new(tables.ASSESSMENTS, line, "id_assessment", number in known, on_flaw):
            continue
        day = int(values[4]) if values[4] else None
        if day is not None and not is_day(tables.ASSESSMENTS, line, "date", day, on_flaw):
            continue
        known.add(number)
        weight = float(values[5]) if values[5] else None
        presentation.assessments[number] = Assessment(number, values[3], day, weight)


def _sites(path: Path, found: dict[Code, Presentation], on_flaw: OnFlaw) -> None:
    for line, values in tables.rows(path, tables.VLE, on_flaw):
        presentation = presentation_of(found, tables.VLE, line, values, on_flaw)
        number = int(values[2])
        if presentation is None or not _is_new(tables.VLE, line, "id_site", number in presentation.sites, on_flaw):
            continue
        presentation.sites[number] = Site(number, values[3], int(values[4]) if values[4] else None)


def _students(path: Path, found: dict[Code, Presentation], on_flaw: OnFlaw) -> None:
    for line, values in tables.rows(path, tables.STUDENTS, on_flaw):
        presentation = presentation_of(found, tables.STUDENTS, line, values, on_flaw)
        number = int(values[2])
        if presentation is None or not _is_new(
            tables.STUDENTS, line, "id_student", number in presentation.students, on_flaw
        ):
            continue
        presentation.students[number] = False
    for line, values in tables.rows(path, tables.REGISTRATIONS, on_flaw):
        presentation = presentation_of(found, tables.REGISTRATIONS, line, values, on_flaw)
        if presentation is not None:
            presentation.students[int(values[2])] = bool(values[3])


def _is_new(table: tables.Table, line: int, column: str, is_known: bool, on_flaw: OnFlaw) -> bool:
    if is_known:
        on_flaw(Flaw(table.file, line, column, "stands here twice"))
    return not is_known

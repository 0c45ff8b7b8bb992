"""One row of either kind becomes one typed `Step`. Pure.

Outcome of a first attempt: CORRECT is correct; INCORRECT and HINT are not; empty is no attempt. Other words that real
logs carry (OK, BUG, ERROR, …) are read by the table below; an unknown one is no attempt, and stands in the event as it
was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.adapters.datashop.columns import Columns, Kind
from ingest.adapters.datashop.times import UnreadableTime, read_time
from ingest.errors import IngestError

OUTCOMES: dict[str, bool | None] = {
    "correct": True,
    "ok": True,
    "incorrect": False,
    "bug": False,
    "error": False,
    "hint": False,
    "initial_hint": False,
    "hint_level_change": False,
    "": None,
    ".": None,
}
BLANKS = frozenset({"", "."})
LONGEST_LEARNER = 200
LONGEST_OUTCOME = 200
DEEPEST = 20
"""Levels above a page."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands: titles of the levels above its page with their kinds, and the page's own title."""

    levels: tuple[tuple[str, str], ...]
    """(kind, title), outermost first."""
    page: str

    @property
    def path(self) -> tuple[str, ...]:
        return (*(title for _, title in self.levels), self.page)


@dataclass(frozen=True, slots=True)
class Step:
    """What one row says."""

    learner: str
    place: Place
    problem: str
    step: str
    skills: tuple[str, ...]
    at: datetime
    success: bool | None
    attempts: int
    correct: int
    hints: int
    identity: str
    """The row's own id in the export, if it has one."""
    unknown_outcome: str = ""
    """What stands where the outcome should, as written, if it is none that we know."""


class UnreadableRow(IngestError):
    """A row that cannot be used: which column, and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"column {column}: {reason}")
        self.column = column
        self.reason = reason


def read_row(columns: Columns, row: Sequence[str]) -> Step:
    """The step this row reports.

    Raises:
        UnreadableRow: wrong number of fields, no learner, no page, or a time that cannot be read.

    """
    _check(columns, row)
    success, attempts, correct = _attempts(columns, row)
    return Step(
        learner=_learner(columns, row),
        place=_place(columns, row),
        problem=_cell(row, columns.problem),
        step=_cell(row, columns.step),
        skills=_skills(columns, row),
        at=_time(columns, row),
        success=success,
        attempts=attempts,
        correct=correct,
        hints=_count(columns, row, columns.hints),
        identity=_cell(row, columns.transaction),
        unknown_outcome=_unknown(_cell(row, columns.outcome)),
    )


def _check(columns: Columns, row: Sequence[str]) -> None:
    if len(row) != len(columns.names):
        raise UnreadableRow("", f"expected {len(columns.names)} fields, got {len(row)}")
    if any("\0" in cell for cell in row):
        column = next(name for name, cell in zip(columns.names, row, strict=True) if "\0" in cell)
        raise UnreadableRow(column, "holds a NUL, which no database stores")


def _cell(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index >= 0 else ""


def _required(columns: Columns, row: Sequence[str], index: int) -> str:
    if text := _cell(row, index):
        return text
    raise UnreadableRow(columns.names[index], "expected a value, got nothing")


def _learner(columns: Columns, row: Sequence[str]) -> str:
    learner = _required(columns, row, columns.learner)
    if len(learner) > LONGEST_LEARNER:
        reason = f"expected at most {LONGEST_LEARNER} characters, got {len(learner)}"
        raise UnreadableRow(columns.names[columns.learner], reason)
    return learner


def _place(columns: Columns, row: Sequence[str]) -> Place:
    page = _cell(row, columns.levels[-1][0]) if columns.has_page_level else ""
    levels = _levels(columns, row)
    if page:
        return Place(levels[:-1], page)
    return Place(levels, _required(columns, row, columns.problem))


def _levels(columns: Columns, row: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Empty levels are skipped, so a row whose outer level is empty keeps its inner ones (shifted exports)."""
    if columns.levels:
        levels = tuple((kind.casefold(), text) for index, kind in columns.levels if (text := _cell(row, index)))
    else:
        parts = [part for text in _cell(row, columns.hierarchy).split(",") if (part := text.strip())]
        levels = tuple((part.split(" ")[0].casefold(), part) for part in parts)
    if len(levels) > DEEPEST:
        raise UnreadableRow("", f"expected at most {DEEPEST} levels, got {len(levels)}")
    return levels


def _skills(columns: Columns, row: Sequence[str]) -> tuple[str, ...]:
    cells = (skill.strip() for index in columns.skills for skill in row[index].split("~~"))
    return tuple(dict.fromkeys(skill for skill in cells if skill not in BLANKS))


def _time(columns: Columns, row: Sequence[str]) -> datetime:
    text = _cell(row, columns.time)
    if text in BLANKS:
        text = _cell(row, columns.fallback_time)
    try:
        return read_time(text, _cell(row, columns.time_zone))
    except UnreadableTime as unreadable:
        raise UnreadableRow(columns.names[columns.time], str(unreadable)) from unreadable


def _attempts(columns: Columns, row: Sequence[str]) -> tuple[bool | None, int, int]:
    """(outcome of the first attempt, attempts, correct ones) that the row stands for."""
    success = OUTCOMES.get(_cell(row, columns.outcome).casefold())
    if columns.kind is Kind.TRANSACTION:
        return success, int(success is not None), int(success is True)
    corrects = _count(columns, row, columns.corrects)
    others = _count(columns, row, columns.incorrects) + _count(columns, row, columns.hints)
    # A student-step row exists because the step was attempted, whatever its first-attempt cell says.
    return bool(success), max(1, corrects + others), corrects


def _unknown(outcome: str) -> str:
    return "" if outcome.casefold() in OUTCOMES else outcome[:LONGEST_OUTCOME]


def _count(columns: Columns, row: Sequence[str], index: int) -> int:
    text = _cell(row, index)
    if text in BLANKS:
        return 0
    try:
        return max(0, int(float(text)))
    except (ValueError, OverflowError) as wrong:
        raise UnreadableRow(columns.names[index], f"expected a count, got {text!r}") from wrong

"""A header line becomes the columns we read. Pure.

Headers are told apart by what they have: a transaction export has `Outcome`, a student-step export `First Attempt`.
Column names repeat in real files (`Level (Container)` ×3, `KC (Default)` ×2): position is identity, not the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.errors import IngestError

LEVEL = re.compile(r"^Level \((?P<kind>.+)\)$")
KC = re.compile(r"^KC \((?P<model>.+)\)$")
DEFAULT_MODEL = "Default"


class Kind(StrEnum):
    TRANSACTION = "transaction"
    STUDENT_STEP = "student-step"


class UnreadableHeader(IngestError):
    """The header is not one of a DataShop export, or asks for what it does not have."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a row (indexes); -1 = the file has no such column."""

    kind: Kind
    names: tuple[str, ...]
    learner: int
    problem: int
    step: int
    hierarchy: int
    levels: tuple[tuple[int, str], ...]
    """(index, level kind as written) in file order."""
    skills: tuple[int, ...]
    time: int
    fallback_time: int
    time_zone: int
    outcome: int
    transaction: int
    corrects: int
    incorrects: int
    hints: int

    @property
    def has_page_level(self) -> bool:
        return bool(self.levels) and self.levels[-1][1].casefold() == "page"


def read_header(names: Sequence[str], model: str | None = None) -> Columns:
    """The columns of this header.

    Raises:
        UnreadableHeader: a required column is missing, or the wanted KC model is not there.
    """
    at = {name: index for index, name in reversed(list(enumerate(names)))}
    kind = _kind(at)
    columns = Columns(
        kind=kind,
        names=tuple(names),
        learner=at.get("Anon Student Id", -1),
        problem=at.get("Problem Name", -1),
        step=at.get("Step Name", -1),
        hierarchy=at.get("Problem Hierarchy", -1),
        levels=tuple((i, found["kind"]) for i, name in enumerate(names) if (found := LEVEL.match(name))),
        skills=_skills(names, model),
        time=at.get("Time" if kind is Kind.TRANSACTION else "First Transaction Time", -1),
        fallback_time=-1 if kind is Kind.TRANSACTION else at.get("Step Start Time", -1),
        time_zone=at.get("Time Zone", -1),
        outcome=at.get("Outcome" if kind is Kind.TRANSACTION else "First Attempt", -1),
        transaction=at.get("Transaction Id", -1),
        corrects=at.get("Corrects", -1),
        incorrects=at.get("Incorrects", -1),
        hints=at.get("Hints", -1),
    )
    _require(columns)
    return columns


def _kind(at: dict[str, int]) -> Kind:
    if "First Attempt" in at:
        return Kind.STUDENT_STEP
    if "Outcome" in at:
        return Kind.TRANSACTION
    raise UnreadableHeader("expected a DataShop export with an `Outcome` or a `First Attempt` column, found neither")


def _skills(names: Sequence[str], model: str | None) -> tuple[int, ...]:
    models = list(dict.fromkeys(found["model"] for name in names if (found := KC.match(name))))
    if model is not None and model not in models:
        raise UnreadableHeader(f"expected KC model {model!r}, the file has {', '.join(models) or 'none'}")
    wanted = model or (DEFAULT_MODEL if DEFAULT_MODEL in models else next(iter(models), None))
    return tuple(i for i, name in enumerate(names) if (found := KC.match(name)) and found["model"] == wanted)


def _require(columns: Columns) -> None:
    time = "Time" if columns.kind is Kind.TRANSACTION else "First Transaction Time"
    needed = {
        "Anon Student Id": columns.learner,
        "Problem Name": columns.problem,
        "Step Name": columns.step,
        time: columns.time,
    }
    missing = [name for name, index in needed.items() if index < 0]
    if not columns.levels and columns.hierarchy < 0:
        missing.append("Level (…) or Problem Hierarchy")
    if missing:
        raise UnreadableHeader(f"missing column: {', '.join(missing)}")

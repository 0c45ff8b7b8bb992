"""A list of learners under a chart: so many rows at a time, each with its number, each selectable. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard_project.web.present.cross_filter import CrossFilter
from dashboard_project.web.present.people import People
from dashboard_project.web.present.standing import Ids
from dashboard_project.web.urlstate import ROWS_PER_STEP


@dataclass(frozen=True, slots=True)
class Line:
    learner_id: int
    name: str
    percent: float | None = None
    mark: str = ""
    """`awaiting`, `late`, or nothing: what is special about this one."""


@dataclass(frozen=True, slots=True)
class LearnerList:
    id: str
    """Begins the ids of its elements."""
    rule: str
    """What the list is, for whoever gets the selected: `progress.unit-1.todo`."""
    parameter: str
    """Of the address, for more rows."""
    only: str
    """The cross-filter that means just these learners."""
    is_picked: bool
    """All that is shown of it is selected at first."""
    is_chosen: bool
    """They are the ones whom every tile is about."""
    state: str
    """`ready`, `loading` or `failed`."""
    total: int = 0
    """Everybody of the list, whatever the cross-filter."""
    matching: int = 0
    """Those of them whom the cross-filter keeps."""
    lines: tuple[Line, ...] = ()
    """As many of these as are asked for."""

    @property
    def remaining(self) -> int:
        return self.matching - len(self.lines)

    @property
    def more(self) -> int:
        """How many rows to ask for next; 0 when all are here."""
        return len(self.lines) + ROWS_PER_STEP if self.remaining > 0 else 0

    @property
    def is_narrowed(self) -> bool:
        return self.matching != self.total


@dataclass(frozen=True, slots=True)
class ListName:
    """Which list it is, apart from who is in it."""

    id: str
    rule: str
    parameter: str
    only: str
    is_picked: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Everybody of a list in its order, and how many rows are asked for."""

    lines: tuple[Line, ...]
    shown: int


def learner_list(name: ListName, rows: Rows | None, chosen: CrossFilter | None, *, is_failed: bool) -> LearnerList:
    """The list as it stands under the cross-filter; without rows, what keeps it from being there."""
    is_chosen = chosen is not None and chosen.only == name.only
    if rows is None:
        state = "failed" if is_failed else "loading"
        return LearnerList(name.id, name.rule, name.parameter, name.only, name.is_picked, is_chosen, state)
    kept = tuple(line for line in rows.lines if chosen is None or chosen.keeps(line.learner_id))
    return LearnerList(
        name.id,
        name.rule,
        name.parameter,
        name.only,
        name.is_picked,
        is_chosen,
        "ready",
        total=len(rows.lines),
        matching=len(kept),
        lines=kept[: rows.shown],
    )


def lines_of(
    ids: Ids, people: People, percents: Mapping[int, float] | None = None, marks: Mapping[int, str] | None = None
) -> list[Line]:
    """These learners by name, then by id."""
    found = [
        Line(learner, _name(people, learner), (percents or {}).get(learner), (marks or {}).get(learner, ""))
        for learner in ids
    ]
    return sorted(found, key=lambda line: (line.name.casefold(), line.learner_id))


def _name(people: People, learner_id: int) -> str:
    """Somebody who came or left while the answers were read is called by their number."""
    row = people.roster.get(learner_id)
    return (row.name or row.external_id) if row else f"#{learner_id}"

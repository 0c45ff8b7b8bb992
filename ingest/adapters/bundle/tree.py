"""Flat rows with parent keys become the nested records of a section. Pure.

Rows stand in curriculum order; siblings keep it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from ingest.adapters.bundle import schema
from ingest.adapters.bundle.schema import Cell
from ingest.errors import BrokenFile, Flaw
from ingest.records import (
    ActivityRecord,
    ContainerRecord,
    EnrollmentRecord,
    ObjectiveRecord,
    PageRecord,
    SectionRecord,
)

Row = Mapping[str, Cell]
Rows = list[Row]
Children = Mapping[str, Rows]


def section_record(tables: Mapping[str, Rows]) -> SectionRecord:
    """The section of these tables.

    Raises:
        BrokenFile: a key is named that no row has, or a parent stands under its own child.
    """
    (course,) = tables["course"]
    containers, pages = tables["containers"], tables["pages"]
    _known(schema.PAGES, pages, "container", _keys(containers, "key"))
    _known(schema.ACTIVITIES, tables["activities"], "page", _keys(pages, "key"))
    _known_objectives(tables["activities"], _keys(tables["objectives"], "key"))
    _known(schema.ENROLLMENTS, tables["enrollments"], "learner", _keys(tables["learners"], "external_id"))
    pages_below = _pages_below(pages, tables["activities"])
    below = _tree(schema.CONTAINERS, containers)
    return SectionRecord(
        course_key=_text(course, "course_key"),
        course_title=_text(course, "course_title"),
        slug=_text(course, "slug"),
        title=_text(course, "title"),
        time_zone=_text(course, "time_zone"),
        starts_at=_time(course, "starts_at"),
        ends_at=_time(course, "ends_at"),
        containers=tuple(_container(row, below, pages_below) for row in below[""]),
        pages=pages_below[""],
        objectives=_objectives(tables["objectives"]),
        enrollments=_enrollments(tables["learners"], tables["enrollments"]),
        credit=_text(course, "credit"),
    )


def _text(row: Row, name: str) -> str:
    return str(row[name] or "")


def _time(row: Row, name: str) -> datetime | None:
    return cast("datetime | None", row[name])


def _keys(rows: Iterable[Row], name: str) -> set[str]:
    return {_text(row, name) for row in rows}


def _known(table: schema.Table, rows: Rows, name: str, keys: set[str]) -> None:
    for line, row in enumerate(rows, start=2):
        if row[name] is not None and _text(row, name) not in keys:
            raise BrokenFile(Flaw(table.file, line, name, f"{_text(row, name)!r} is not a known key"))


def _known_objectives(activities: Rows, keys: set[str]) -> None:
    for line, row in enumerate(activities, start=2):
        if unknown := set(_text(row, "objectives").split()) - keys:
            reason = f"{min(unknown)!r} is not a known key"
            raise BrokenFile(Flaw(schema.ACTIVITIES.file, line, "objectives", reason))


def _tree(table: schema.Table, rows: Rows) -> Children:
    """Rows by the key of their parent; refuses unknown parents and rings."""
    _known(table, rows, "parent", _keys(rows, "key"))
    below: dict[str, Rows] = defaultdict(list)
    for row in rows:
        below[_text(row, "parent")].append(row)
    reached, level = 0, below[""]
    while level:
        reached += len(level)
        level = [child for row in level for child in below[_text(row, "key")]]
    if reached != len(rows):
        raise BrokenFile(Flaw(table.file, 0, "parent", "some rows are their own ancestors"))
    return below


def _container(row: Row, below: Children, pages: Mapping[str, tuple[PageRecord, ...]]) -> ContainerRecord:
    key = _text(row, "key")
    return ContainerRecord(
        key=key,
        title=_text(row, "title"),
        kind=_text(row, "kind"),
        containers=tuple(_container(child, below, pages) for child in below[key]),
        pages=pages[key],
        starts_at=_time(row, "starts_at"),
        ends_at=_time(row, "ends_at"),
        hidden=bool(row["hidden"]),
    )


def _pages_below(pages: Rows, activities: Rows) -> Mapping[str, tuple[PageRecord, ...]]:
    on_page: dict[str, list[ActivityRecord]] = defaultdict(list)
    for row in activities:
        record = ActivityRecord(_text(row, "key"), _text(row, "title"), tuple(_text(row, "objectives").split()))
        on_page[_text(row, "page")].append(record)
    below: dict[str, tuple[PageRecord, ...]] = defaultdict(tuple)
    for row in pages:
        below[_text(row, "container")] += (_page(row, on_page[_text(row, "key")]),)
    return below


def _page(row: Row, activities: list[ActivityRecord]) -> PageRecord:
    return PageRecord(
        key=_text(row, "key"),
        title=_text(row, "title"),
        graded=bool(row["graded"]),
        weight=cast("float | None", row["weight"]),
        available_from=_time(row, "available_from"),
        due_at=_time(row, "due_at"),
        hidden=bool(row["hidden"]),
        activities=tuple(activities),
    )


def _objectives(rows: Rows) -> tuple[ObjectiveRecord, ...]:
    below = _tree(schema.OBJECTIVES, rows)

    def node(row: Row) -> ObjectiveRecord:
        key = _text(row, "key")
        return ObjectiveRecord(key, _text(row, "title"), tuple(node(child) for child in below[key]))

    return tuple(node(row) for row in below[""])


def _enrollments(learners: Rows, enrollments: Rows) -> tuple[EnrollmentRecord, ...]:
    people = {_text(row, "external_id"): row for row in learners}
    return tuple(
        EnrollmentRecord(
            learner=_text(row, "learner"),
            name=_text(people[_text(row, "learner")], "name"),
            email=_text(people[_text(row, "learner")], "email"),
            role=_text(row, "role"),
            status=_text(row, "status"),
        )
        for row in enrollments
    )

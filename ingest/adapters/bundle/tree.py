"""Flat rows with parent keys become the nested records of a section. Pure.

Rows stand in curriculum order; siblings keep it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from ingest.adapters.bundle import schema
from ingest.adapters.bundle.schema import Row, Table
from ingest.errors import BrokenFile, Flaw
from ingest.records import (
    ActivityRecord,
    ContainerRecord,
    EnrollmentRecord,
    ObjectiveRecord,
    PageRecord,
    SectionRecord,
)

DEEPEST = 40
"""Levels of containers, or of objectives."""

Rows = list[Row]
Children = Mapping[str, Rows]


def section_record(tables: Mapping[str, Rows]) -> SectionRecord:
    """The section of these tables.

    Raises:
        BrokenFile: a key stands twice, is named and not there, or a parent stands under its own child.

    """
    _check_keys(tables)
    (course,) = tables["course"]
    pages_below = _pages_below(tables["pages"], tables["activities"])
    below = _tree(schema.CONTAINERS, tables["containers"])
    return SectionRecord(
        course_key=course.text("course_key"),
        course_title=course.text("course_title"),
        slug=course.text("slug"),
        title=course.text("title"),
        time_zone=course.text("time_zone"),
        starts_at=_time(course, "starts_at"),
        ends_at=_time(course, "ends_at"),
        containers=tuple(_container(row, below, pages_below) for row in below[""]),
        pages=tuple(pages_below[""]),
        objectives=_objectives(tables["objectives"]),
        enrollments=_enrollments(tables["learners"], tables["enrollments"]),
        credit=course.text("credit"),
    )


def _check_keys(tables: Mapping[str, Rows]) -> None:
    for table in schema.TABLES:
        if table is not schema.EVENTS:
            _unique(table, tables[table.name])
    containers, pages = _keys(tables["containers"], "key"), _keys(tables["pages"], "key")
    for row in tables["pages"]:
        if row.text("key") in containers:
            _refuse(schema.PAGES, row, "key", "is the key of a container too")
    _known(schema.PAGES, tables["pages"], "container", containers)
    _known(schema.ACTIVITIES, tables["activities"], "page", pages)
    _known_objectives(tables["activities"], _keys(tables["objectives"], "key"))
    _known(schema.ENROLLMENTS, tables["enrollments"], "learner", _keys(tables["learners"], "external_id"))


def _refuse(table: Table, row: Row, column: str, reason: str) -> None:
    raise BrokenFile(Flaw(table.file, row.line, column, f"{row.text(column)[:80]!r} {reason}"))


def _time(row: Row, name: str) -> datetime | None:
    return cast("datetime | None", row[name])


def _keys(rows: Iterable[Row], name: str) -> set[str]:
    return {row.text(name) for row in rows}


def _unique(table: Table, rows: Rows) -> None:
    (column,) = table.key
    seen: set[str] = set()
    for row in rows:
        if row.text(column) in seen:
            _refuse(table, row, column, "stands here twice")
        seen.add(row.text(column))


def _known(table: Table, rows: Rows, name: str, keys: set[str]) -> None:
    for row in rows:
        if row[name] is not None and row.text(name) not in keys:
            _refuse(table, row, name, "is not a known key")


def _known_objectives(activities: Rows, keys: set[str]) -> None:
    for row in activities:
        if unknown := set(row.text("objectives").split()) - keys:
            reason = f"{min(unknown)[:80]!r} is not a known key"
            raise BrokenFile(Flaw(schema.ACTIVITIES.file, row.line, "objectives", reason))


def _tree(table: Table, rows: Rows) -> Children:
    """Rows by the key of their parent; refuses unknown parents, rings, and more levels than anybody reads."""
    _known(table, rows, "parent", _keys(rows, "key"))
    below: dict[str, Rows] = defaultdict(list)
    for row in rows:
        below[row.text("parent")].append(row)
    reached, levels, level = 0, 0, below[""]
    while level and levels < DEEPEST:
        reached, levels = reached + len(level), levels + 1
        level = [child for row in level for child in below[row.text("key")]]
    if level:
        _refuse(table, level[0], "parent", f"is level {DEEPEST} already, and there are no more")
    if reached != len(rows):
        raise BrokenFile(Flaw(table.file, 0, "parent", "some rows are their own ancestors"))
    return below


def _container(row: Row, below: Children, pages: Mapping[str, list[PageRecord]]) -> ContainerRecord:
    key = row.text("key")
    return ContainerRecord(
        key=key,
        title=row.text("title"),
        kind=row.text("kind"),
        containers=tuple(_container(child, below, pages) for child in below[key]),
        pages=tuple(pages[key]),
        starts_at=_time(row, "starts_at"),
        ends_at=_time(row, "ends_at"),
        hidden=bool(row["hidden"]),
    )


def _pages_below(pages: Rows, activities: Rows) -> Mapping[str, list[PageRecord]]:
    on_page: dict[str, list[ActivityRecord]] = defaultdict(list)
    for row in activities:
        record = ActivityRecord(row.text("key"), row.text("title"), tuple(row.text("objectives").split()))
        on_page[row.text("page")].append(record)
    below: dict[str, list[PageRecord]] = defaultdict(list)
    for row in pages:
        below[row.text("container")].append(_page(row, on_page[row.text("key")]))
    return below


def _page(row: Row, activities: list[ActivityRecord]) -> PageRecord:
    return PageRecord(
        key=row.text("key"),
        title=row.text("title"),
        graded=bool(row["graded"]),
        weight=cast("float | None", row["weight"]),
        available_from=_time(row, "available_from"),
        due_at=_time(row, "due_at"),
        hidden=bool(row["hidden"]),
        attempts_allowed=cast("int | None", row["attempts_allowed"]),
        late_work=cast("str | None", row["late_work"]),
        scoring=cast("str | None", row["scoring"]),
        gradebook_title=cast("str | None", row["gradebook_title"]),
        activities=tuple(activities),
    )


def _objectives(rows: Rows) -> tuple[ObjectiveRecord, ...]:
    below = _tree(schema.OBJECTIVES, rows)

    def node(row: Row) -> ObjectiveRecord:
        key = row.text("key")
        return ObjectiveRecord(key, row.text("title"), tuple(node(child) for child in below[key]))

    return tuple(node(row) for row in below[""])


def _enrollments(learners: Rows, enrollments: Rows) -> tuple[EnrollmentRecord, ...]:
    people = {row.text("external_id"): row for row in learners}
    return tuple(
        EnrollmentRecord(
            learner=row.text("learner"),
            name=people[row.text("learner")].text("name"),
            email=people[row.text("learner")].text("email"),
            role=row.text("role"),
            status=row.text("status"),
        )
        for row in enrollments
    )

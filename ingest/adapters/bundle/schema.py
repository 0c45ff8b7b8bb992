"""The tables of a bundle, field by field: the one source of its reader, its writer and its `datapackage.json`. Pure.

Cells (`cells`): empty = unknown; booleans `true`/`false`; times ISO 8601 with offset; numbers with a point; `object`
is JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ingest.records import JsonScalar

Cell = str | bool | int | float | datetime | UUID | Mapping[str, JsonScalar] | None
BUNDLE_VERSION = 1
KEY = "[-a-zA-Z0-9_]+"


class Kind(StrEnum):
    """Field types in the words of the Data Package table schema, and two that are strings of a certain form."""

    STRING = "string"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    DATETIME = "datetime"
    OBJECT = "object"
    UUID = "uuid"
    TIME_ZONE = "time zone"


TYPES = {
    Kind.UUID: {"type": "string", "format": "uuid"},
    Kind.TIME_ZONE: {"type": "string"},
    Kind.DATETIME: {"type": "datetime", "format": "any"},
}
"""How the standard writes those that are not written as they are called."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Kind = Kind.STRING
    required: bool = False
    description: str = ""
    allowed: tuple[str, ...] = ()
    """The only values of the field; none = any."""
    longest: int = 0
    """Most characters of a text; 0 = any number."""
    pattern: str = ""
    """What the whole text matches; empty = anything."""
    is_later: bool = False
    """Stands at the end of its table, and not in bundles that were made before it was added: unknown there."""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def header(self) -> list[str]:
        return [field.name for field in self.fields]

    @property
    def first_header(self) -> list[str]:
        """The columns of the first bundles."""
        return [field.name for field in self.fields if not field.is_later]


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table, with the line it ends on."""

    line: int
    cells: Mapping[str, Cell]

    def __getitem__(self, name: str) -> Cell:
        return self.cells[name]

    def text(self, name: str) -> str:
        """The cell as text; unknown is empty."""
        return str(self.cells[name] or "")


def _key(name: str, longest: int = 200, description: str = "") -> Field:
    return Field(name, Kind.STRING, True, description, longest=longest, pattern=KEY)


def _reference(name: str, description: str = "") -> Field:
    """A key of another table, which says how long it may be; empty = none."""
    return Field(name, description=description, pattern=KEY)


def _text(name: str, longest: int, description: str = "") -> Field:
    return Field(name, description=description, longest=longest)


def _learner(name: str) -> Field:
    return Field(name, required=True, longest=200)


def _choice(name: str, *allowed: str) -> Field:
    return Field(name, Kind.STRING, required=True, allowed=allowed)


COURSE = Table(
    "course",
    (
        _key("course_key", 120),
        _text("course_title", 300),
        _key("slug", 120, "address of the section, unique in its institution"),
        _text("title", 300),
        Field("time_zone", Kind.TIME_ZONE, required=True, description="IANA name"),
        Field("starts_at", Kind.DATETIME),
        Field("ends_at", Kind.DATETIME),
        _text("credit", 10_000, "attribution shown with the data"),
    ),
    ("slug",),
)
CONTAINERS = Table(
    "containers",
    (
        _key("key"),
        _reference("parent", "key of the container above; empty = the course"),
        _text("title", 300),
        Field("kind", required=True, description="unit, module, …", longest=40),
        Field("starts_at", Kind.DATETIME),
        Field("ends_at", Kind.DATETIME),
        Field("hidden", Kind.BOOLEAN, required=True),
    ),
    ("key",),
)
PAGES = Table(
    "pages",
    (
        _key("key"),
        _reference("container", "key of the container; empty = the course"),
        _text("title", 300),
        Field("graded", Kind.BOOLEAN, required=True),
        Field("weight", Kind.NUMBER),
        Field("available_from", Kind.DATETIME),
        Field("due_at", Kind.DATETIME),
        Field("hidden", Kind.BOOLEAN, required=True),
        Field("attempts_allowed", Kind.INTEGER, description="0 = any number", is_later=True),
        Field("late_work", allowed=("accepted", "reduced", "refused"), is_later=True),
        Field("scoring", description="which attempt counts", allowed=("latest", "best", "average"), is_later=True),
        Field("gradebook_title", description="what the gradebook calls it", longest=300, is_later=True),
    ),
    ("key",),
)
OBJECTIVES = Table("objectives", (_key("key"), _reference("parent"), _text("title", 500)), ("key",))
ACTIVITIES = Table(
    "activities",
    (
        _key("key", 250),
        Field("page", required=True, pattern=KEY),
        _text("title", 500),
        Field("objectives", description="keys, separated by a space"),
    ),
    ("key",),
)
LEARNERS = Table("learners", (_learner("external_id"), _text("name", 300), _text("email", 320)), ("external_id",))
ENROLLMENTS = Table(
    "enrollments",
    (
        _learner("learner"),
        _choice("role", "learner", "instructor", "assistant"),
        _choice("status", "enrolled", "withdrawn", "suspended"),
    ),
    ("learner",),
)
EVENTS = Table(
    "events",
    (
        Field("event_id", Kind.UUID, required=True),
        _learner("learner"),
        _choice("verb", "experienced", "answered", "submitted", "scored"),
        Field("page", required=True, pattern=KEY),
        _reference("activity"),
        Field("timestamp", Kind.DATETIME, required=True),
        Field("sequence", Kind.INTEGER, required=True, description="order among equal timestamps"),
        Field("success", Kind.BOOLEAN, description="outcome of the first attempt the event reports"),
        Field("attempts", Kind.INTEGER, required=True),
        Field("correct", Kind.INTEGER, required=True),
        Field("score", Kind.NUMBER),
        Field("out_of", Kind.NUMBER),
        Field("source", required=True, longest=40),
        Field("result", Kind.OBJECT, required=True),
    ),
    ("event_id",),
)
TABLES = (COURSE, CONTAINERS, PAGES, OBJECTIVES, ACTIVITIES, LEARNERS, ENROLLMENTS, EVENTS)


def data_package(slug: str, rows: Mapping[str, int]) -> dict[str, object]:
    """The `datapackage.json` of a bundle (Data Package standard, frictionlessdata.io)."""
    return {
        "profile": "tabular-data-package",
        "name": slug,
        "lectern_bundle": BUNDLE_VERSION,
        "resources": [_resource(table, rows.get(table.name, 0)) for table in TABLES],
    }


def _resource(table: Table, rows: int) -> dict[str, object]:
    return {
        "name": table.name,
        "path": table.file,
        "encoding": "utf-8",
        "rows": rows,
        "schema": {
            "fields": [_field(field) for field in table.fields],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }


def _field(field: Field) -> dict[str, object]:
    described = {"description": field.description} if field.description else {}
    return {"name": field.name, **TYPES.get(field.kind, {"type": field.kind.value}), **described} | {
        "constraints": _constraints(field)
    }


def _constraints(field: Field) -> dict[str, object]:
    limits: dict[str, object] = {
        "enum": list(field.allowed),
        "maxLength": field.longest,
        "pattern": field.pattern,
    }
    return {"required": field.required} | {name: limit for name, limit in limits.items() if limit}

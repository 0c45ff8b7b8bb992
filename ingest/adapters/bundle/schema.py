"""The tables of a bundle, field by field: the one source of its reader, its writer and its `datapackage.json`. Pure.

Cells: empty = unknown; booleans `true`/`false`; times ISO 8601 with offset; numbers with a point; `object` is JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from ingest.records import JsonScalar

Cell = str | bool | int | float | datetime | UUID | Mapping[str, JsonScalar] | None
BUNDLE_VERSION = 1


class Kind(StrEnum):
    """Field types in the words of the Data Package table schema."""

    STRING = "string"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    DATETIME = "datetime"
    OBJECT = "object"
    UUID = "uuid"


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: Kind = Kind.STRING
    required: bool = False
    description: str = ""
    allowed: tuple[str, ...] = ()
    """The only values of the field; none = any."""


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


def _key(name: str, description: str = "") -> Field:
    return Field(name, Kind.STRING, required=True, description=description)


def _choice(name: str, *allowed: str) -> Field:
    return Field(name, Kind.STRING, required=True, allowed=allowed)


COURSE = Table(
    "course",
    (
        _key("course_key"),
        _key("course_title"),
        _key("slug", "address of the section, unique in its institution"),
        _key("title"),
        _key("time_zone", "IANA name"),
        Field("starts_at", Kind.DATETIME),
        Field("ends_at", Kind.DATETIME),
        Field("credit", description="attribution shown with the data"),
    ),
    ("slug",),
)
CONTAINERS = Table(
    "containers",
    (
        _key("key"),
        Field("parent", description="key of the container above; empty = the course"),
        _key("title"),
        _key("kind", "unit, module, …"),
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
        Field("container", description="key of the container; empty = the course"),
        _key("title"),
        Field("graded", Kind.BOOLEAN, required=True),
        Field("weight", Kind.NUMBER),
        Field("available_from", Kind.DATETIME),
        Field("due_at", Kind.DATETIME),
        Field("hidden", Kind.BOOLEAN, required=True),
    ),
    ("key",),
)
OBJECTIVES = Table("objectives", (_key("key"), Field("parent"), _key("title")), ("key",))
ACTIVITIES = Table(
    "activities",
    (_key("key"), _key("page"), _key("title"), Field("objectives", description="keys, separated by a space")),
    ("key",),
)
LEARNERS = Table("learners", (_key("external_id"), Field("name"), Field("email")), ("external_id",))
ENROLLMENTS = Table(
    "enrollments",
    (
        _key("learner"),
        _choice("role", "learner", "instructor", "assistant"),
        _choice("status", "enrolled", "withdrawn", "suspended"),
    ),
    ("learner",),
)
EVENTS = Table(
    "events",
    (
        Field("event_id", Kind.UUID, required=True),
        _key("learner"),
        _choice("verb", "experienced", "answered", "submitted", "scored"),
        _key("page"),
        Field("activity"),
        Field("timestamp", Kind.DATETIME, required=True),
        Field("sequence", Kind.INTEGER, required=True, description="order among equal timestamps"),
        Field("success", Kind.BOOLEAN, description="outcome of the first attempt the event reports"),
        Field("attempts", Kind.INTEGER, required=True),
        Field("correct", Kind.INTEGER, required=True),
        Field("score", Kind.NUMBER),
        Field("out_of", Kind.NUMBER),
        _key("source"),
        Field("result", Kind.OBJECT, required=True),
    ),
    ("event_id",),
)
TABLES = (COURSE, CONTAINERS, PAGES, OBJECTIVES, ACTIVITIES, LEARNERS, ENROLLMENTS, EVENTS)


def _read_boolean(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _read_time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _read_object(text: str) -> Mapping[str, JsonScalar]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError(text)
    return value


READ: dict[Kind, tuple[Callable[[str], Cell], str]] = {
    Kind.STRING: (str, "text"),
    Kind.BOOLEAN: (_read_boolean, "true or false"),
    Kind.INTEGER: (int, "a whole number"),
    Kind.NUMBER: (float, "a number"),
    Kind.DATETIME: (_read_time, "a time with offset such as 2026-11-21T10:32:07+00:00"),
    Kind.OBJECT: (_read_object, "a JSON object"),
    Kind.UUID: (UUID, "a UUID"),
}


class WrongCell(ValueError):
    """A cell that its field does not allow: expected and got."""


def read_cell(field: Field, text: str) -> Cell:
    """The typed value of a cell; `None` for an empty one.

    Raises:
        WrongCell: empty though required, or not of the field's kind.
    """
    read, expected = READ[field.kind]
    if not text:
        if field.required:
            raise WrongCell(f"expected {expected}, got nothing")
        return None
    if field.allowed and text not in field.allowed:
        raise WrongCell(f"expected {', '.join(field.allowed)}, got {text[:80]!r}")
    try:
        return read(text)
    except (ValueError, KeyError, TypeError) as wrong:
        raise WrongCell(f"expected {expected}, got {text[:80]!r}") from wrong


def write_cell(value: Cell) -> str:
    """The text of a value: `read_cell` gives the same value back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return repr(value) if isinstance(value, float) else str(value)


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
    kind = {"type": "string", "format": "uuid"} if field.kind is Kind.UUID else {"type": field.kind.value}
    if field.kind is Kind.DATETIME:
        kind["format"] = "any"
    described = {"description": field.description} if field.description else {}
    allowed = {"enum": list(field.allowed)} if field.allowed else {}
    return {"name": field.name, **kind, **described, "constraints": {"required": field.required, **allowed}}

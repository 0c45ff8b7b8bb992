"""The cells of a bundle as text: what `write_cell` writes, `read_cell` reads back as it was. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import isfinite
from uuid import UUID
from zoneinfo import available_timezones

from ingest.adapters.bundle.schema import Cell, Field, Kind
from ingest.records import JsonScalar

LARGEST = 9_223_372_036_854_775_807
"""Of 64 bits, with a sign."""


class WrongCell(ValueError):
    """A cell that its field does not allow: expected and got."""


def read_cell(field: Field, text: str) -> Cell:
    """The typed value of a cell; `None` for an empty one.

    Raises:
        WrongCell: empty though required, or not what the field allows.

    """
    read, expected = READ[field.kind]
    if not text:
        if field.required:
            raise WrongCell(f"expected {expected}, got nothing")
        return None
    _check(field, text)
    try:
        return read(text)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as wrong:
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


def _check(field: Field, text: str) -> None:
    if field.allowed and text not in field.allowed:
        raise WrongCell(f"expected {', '.join(field.allowed)}, got {text[:80]!r}")
    if field.longest and len(text) > field.longest:
        raise WrongCell(f"expected at most {field.longest} characters, got {len(text)}")
    if field.pattern and not re.fullmatch(field.pattern, text):
        raise WrongCell(f"expected letters, digits, hyphens, underscores, got {text[:80]!r}")


def _read_text(text: str) -> str:
    if "\x00" in text:
        raise ValueError(text)
    return text


def _read_boolean(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _read_integer(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError(text)
    return number


def _read_number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


def _read_time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _read_zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(text)
    return text


def _read_object(text: str) -> Mapping[str, JsonScalar]:
    value = json.loads(text, parse_constant=_no_number)
    if not isinstance(value, dict):
        raise TypeError(text)
    return value


def _no_number(text: str) -> float:
    """NaN and the infinities are no JSON."""
    raise ValueError(text)


READ: dict[Kind, tuple[Callable[[str], Cell], str]] = {
    Kind.STRING: (_read_text, "text that a database stores"),
    Kind.BOOLEAN: (_read_boolean, "true or false"),
    Kind.INTEGER: (_read_integer, "a whole number of at most 64 bits"),
    Kind.NUMBER: (_read_number, "a finite number"),
    Kind.DATETIME: (_read_time, "a time with offset such as 2026-11-21T10:32:07+00:00"),
    Kind.OBJECT: (_read_object, "a JSON object"),
    Kind.UUID: (UUID, "a UUID"),
    Kind.TIME_ZONE: (_read_zone, "a time zone such as Europe/London"),
}

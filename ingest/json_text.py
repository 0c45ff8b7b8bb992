"""Untrusted bytes to JSON values, strictly. Pure.

Refused: what is no UTF-8, no JSON (NaN and Infinity are none), a property twice in an object, nesting deeper than 64,
integers beyond 64 bits, numbers that no float holds, NULs and halves of surrogate pairs (no database keeps them).
"""

from __future__ import annotations

import json
from math import isfinite

from ingest.errors import IngestError
from ingest.fields import first_doubled, shown
from ingest.validation import UNSTORABLE

DEEPEST = 64
LONGEST_INTEGER = 19


class NotJson(IngestError):
    """The text cannot be read as JSON; the message says where or why."""


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_INTEGER:
        raise NotJson(f"expected integers of at most {LONGEST_INTEGER} characters, got one of {len(digits)}")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not isfinite(value):
        raise NotJson(f"expected numbers that a float holds, got {shown(digits)}")
    return value


def _constant(name: str) -> object:
    raise NotJson(f"expected JSON, in which there is no {name}")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        doubled = first_doubled(name for name, _ in pairs)
        raise NotJson(f"expected each property once, got {shown(doubled)} twice")
    return found


DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant, strict=True
)


def parse(content: bytes) -> object:
    """The value.

    Raises:
        NotJson: it is none, or not one that we accept.

    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise NotJson(f"expected UTF-8, got byte {content[broken.start]:#04x} at {broken.start}") from broken
    return parse_text(text)


def parse_text(text: str) -> object:
    """The same for text that is decoded already."""
    try:
        value = DECODER.decode(text)
    except json.JSONDecodeError as broken:
        place = f"line {broken.lineno}, column {broken.colno}"
        raise NotJson(f"expected JSON: {broken.msg} at {place}") from broken
    except RecursionError as broken:
        raise NotJson(f"expected at most {DEEPEST} levels of nesting") from broken
    check(value)
    return value


def check(value: object) -> None:
    """Depth and text of a decoded value. Raises NotJson."""
    level: list[object] = [value]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise NotJson(f"expected at most {DEEPEST} levels of nesting")
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, str) and UNSTORABLE.search(item):
                raise NotJson(f"expected text without NULs and halves of surrogate pairs, got {shown(item)}")
        level = below

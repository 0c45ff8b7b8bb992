"""Checks of untrusted JSON, put together from tables; the first thing wrong is told with the path of its field. Pure.

    POINT = Shape(required={"x": number}, optional={"label": text})
    POINT({"x": "1"}, "point")    →  Misfit: point.x: expected a number, got a string

Rules of every shape: no property but those listed, none of them null, no empty object.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import cast

from ingest import formats
from ingest.errors import IngestError

type Json = Mapping[str, object]
type Check = Callable[[object, str], None]

KINDS = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}
LONGEST_SHOWN = 80
LARGEST = 1e15


class Misfit(IngestError):
    """A field is not what it must be. `path` is written like `result.score.raw`, `[3].actor.mbox`."""

    def __init__(self, path: str, reason: str, code: str = "invalid") -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason
        self.code = code


def join(path: str, key: str) -> str:
    """The path of a property; keys that are no plain words are quoted."""
    plain = key.isascii() and key.replace("_", "").isalnum()
    return f"{path}{'.' if path else ''}{key}" if plain else f"{path}[{shown(key)}]"


def within(path: str, rest: str) -> str:
    """The path of something further down, `rest` being a path itself."""
    return f"{path}.{rest}" if path else rest


def shown(value: object) -> str:
    """The value as an error names it: short, without control characters."""
    if isinstance(value, str):
        return ascii(value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…")
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return KINDS.get(type(value), "something else")


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these properties and no others; what several of them must be together, `then` checks."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    then: Callable[[Json, str], None] | None = None

    def __call__(self, value: object, path: str) -> None:
        found = an_object(value, path)
        for name in found:
            if name not in self.required and name not in self.optional:
                raise Misfit(join(path, name), f"expected one of {self._names()}")
        for name in self.required:
            if name not in found:
                raise Misfit(join(path, name), "is required, it is missing")
        for name, item in found.items():
            (self.required.get(name) or self.optional[name])(item, join(path, name))
        if self.then is not None:
            self.then(found, path)

    def _names(self) -> str:
        return ", ".join(sorted([*self.required, *self.optional]))


def an_object(value: object, path: str) -> Json:
    if not isinstance(value, dict):
        raise Misfit(path, f"expected an object, got {shown(value)}")
    if not value:
        raise Misfit(path, "expected properties, got an empty object")
    return cast("Json", value)


def an_array(value: object, path: str) -> list[object]:
    if not isinstance(value, list):
        raise Misfit(path, f"expected an array, got {shown(value)}")
    return value


def array_of(check: Check, *, least: int = 0) -> Check:
    """Every item passes `check`."""

    def each(value: object, path: str) -> None:
        items = an_array(value, path)
        if len(items) < least:
            raise Misfit(path, f"expected at least {least} of them, got {len(items)}")
        for place, item in enumerate(items):
            check(item, f"{path}[{place}]")

    return each


def text(value: object, path: str) -> None:
    if not isinstance(value, str):
        raise Misfit(path, f"expected a string, got {shown(value)}")


def text_that(is_right: Callable[[str], bool], what: str) -> Check:
    """A string of a certain form."""

    def check(value: object, path: str) -> None:
        text(value, path)
        if not is_right(cast("str", value)):
            raise Misfit(path, f"expected {what}, got {shown(value)}")

    return check


def one_of(words: Collection[str]) -> Check:
    """One of these strings, letter for letter."""
    return text_that(lambda value: value in words, " or ".join(sorted(words)))


def first_doubled(names: Iterable[str]) -> str | None:
    """The first name that was there before."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def boolean(value: object, path: str) -> None:
    if not isinstance(value, bool):
        raise Misfit(path, f"expected true or false, got {shown(value)}")


def number(value: object, path: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misfit(path, f"expected a number, got {shown(value)}")
    if not (-LARGEST <= value <= LARGEST) or not isfinite(value):
        raise Misfit(path, f"expected a number between -1e15 and 1e15, got {shown(value)[:LONGEST_SHOWN]}")


def whole_number(value: object, path: str) -> None:
    number(value, path)
    if int(cast("float", value)) != value or cast("float", value) < 0:
        raise Misfit(path, f"expected a whole number, got {shown(value)}")


iri = text_that(formats.is_iri, "an IRI with a scheme")
uuid = text_that(lambda value: formats.uuid_of(value) is not None, "a UUID in its standard form")
duration = text_that(formats.is_duration, "an ISO 8601 duration")
language_tag = text_that(formats.is_language_tag, "an RFC 5646 language tag")


def language_map(value: object, path: str) -> None:
    """Texts by language tag."""
    for tag, words in an_object(value, path).items():
        if not formats.is_language_tag(tag):
            raise Misfit(join(path, tag), "expected an RFC 5646 language tag as the key")
        text(words, join(path, tag))


def extensions(value: object, path: str) -> None:
    """Anything at all, under keys that are IRIs; it may be empty."""
    if not isinstance(value, dict):
        raise Misfit(path, f"expected an object, got {shown(value)}")
    for key in value:
        if not formats.is_iri(key):
            raise Misfit(join(path, key), "expected an IRI with a scheme as the key")

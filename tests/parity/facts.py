"""A number as a surface tells it, and where surfaces tell different ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

Value = str | None
"""As it is written: `53.0` is a percentage, `53` a count, nothing is unknown."""
Facts = Mapping[str, Value]


def written(text: str) -> Value:
    """What stands in an attribute or a cell; the number itself is not touched."""
    return text or None


def differing(one: str, ours: Facts, other: str, theirs: Facts) -> Iterator[str]:
    """Every fact that both tell and tell differently."""
    for fact in sorted(ours.keys() & theirs.keys()):
        if ours[fact] != theirs[fact]:
            yield f"{fact}: {ours[fact]} {one}, {theirs[fact]} {other}"


def lacking(where: str, theirs: Facts, expected: Iterable[str]) -> Iterator[str]:
    """Every fact that is expected and not told, and every one that is told and not expected."""
    for fact in sorted(set(expected) ^ theirs.keys()):
        yield f"{fact}: {'not expected' if fact in theirs else 'missing'} {where}"


def as_read(text: str, decimal_point: str) -> Decimal | None:
    """The number in a text for people: `53.6 %`, `53,6 %`, `12`; `--` is unknown."""
    bare = text.removesuffix("%").strip()
    return None if bare == "--" else Decimal(bare.replace(decimal_point, "."))

"""Sees what the objects of some classes hold before and after each of their methods, and which methods were called.

It looks on from outside (the interpreter's profiling hook), so cases need not hand their objects over.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType, FunctionType

Held = dict[str, int]


@dataclass(slots=True)
class Seen:
    """What was called, and which call left its object another than it found it."""

    called: set[tuple[str, str]] = field(default_factory=set)
    changed: list[str] = field(default_factory=list)


def public_methods(kind: type) -> tuple[str, ...]:
    """What others may call: own functions without an underscore in front."""
    return tuple(name for name, value in vars(kind).items() if not name.startswith("_") and _is_function(value))


@contextmanager
def watching(classes: tuple[type, ...]) -> Iterator[Seen]:
    """All calls of these classes' methods on this thread are seen; `__init__` may fill its object."""
    seen, codes = Seen(), _codes(classes)
    before: dict[FrameType, Held] = {}

    def hook(frame: FrameType, event: str, _: object) -> None:
        name = codes.get(frame.f_code)
        this = frame.f_locals.get("self") if name else None
        if name is None or this is None:
            return
        if event == "call":
            seen.called.add(name)
            before[frame] = held(this)
        elif event == "return" and before.pop(frame, None) not in (None, held(this)):
            seen.changed.append(".".join(name))

    earlier = sys.getprofile()
    sys.setprofile(hook)
    try:
        yield seen
    finally:
        sys.setprofile(earlier)


def held(this: object) -> Held:
    """The attributes of an object, by identity; a container that could be filled is told by its size, too."""
    attributes: Mapping[str, object] = getattr(this, "__dict__", {}) or {
        each.name: getattr(this, each.name)
        for each in (dataclasses.fields(this) if dataclasses.is_dataclass(this) else ())
    }
    return {name: hash((id(value), _size(value))) for name, value in attributes.items()}


def _size(value: object) -> int:
    return len(value) if isinstance(value, list | dict | set) else 0


def _codes(classes: tuple[type, ...]) -> dict[CodeType, tuple[str, str]]:
    return {
        value.__code__: (kind.__name__, name)
        for kind in classes
        for name, value in vars(kind).items()
        if isinstance(value, FunctionType) and name not in {"__init__", "__post_init__"}
    }


def _is_function(value: object) -> bool:
    return isinstance(value, FunctionType | staticmethod | classmethod | property)

"""Sees what the objects of some classes hold before and after each of their methods, and which methods were called.

It looks on from outside (the interpreter's `sys.monitoring`), so cases need not hand their objects over. Only the
methods in question are listened to: a profiling hook, which hears of every call, takes longer than what it watches.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FrameType, FunctionType

Held = dict[str, int]

TOOL = 4
"""A number that the interpreter gives to nobody: not the debugger's, the profiler's or the coverage's."""
EVENTS = sys.monitoring.events
_BEGINS = EVENTS.PY_START | EVENTS.PY_RESUME
_ENDS = EVENTS.PY_RETURN | EVENTS.PY_YIELD


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
    """All calls of these classes' methods are seen; `__init__` may fill its object."""
    seen, codes = Seen(), _codes(classes)
    before: dict[FrameType, Held] = {}

    def begins(code: CodeType, _offset: int) -> None:
        frame = sys._getframe(1)
        if (this := frame.f_locals.get("self")) is not None:
            seen.called.add(codes[code])
            before[frame] = held(this)

    def ends(code: CodeType, _offset: int, _value: object) -> None:
        frame = sys._getframe(1)
        if frame in before and before.pop(frame) != held(frame.f_locals["self"]):
            seen.changed.append(".".join(codes[code]))

    with _listening({_BEGINS: begins, _ENDS: ends, EVENTS.PY_UNWIND: ends}, codes):
        yield seen


@contextmanager
def _listening(listeners: Mapping[int, Callable[..., None]], codes: Iterable[CodeType]) -> Iterator[None]:
    """Listeners hear of these functions only; of exceptions the interpreter tells for every function or for none."""
    sys.monitoring.use_tool_id(TOOL, "watching")
    try:
        for events, listener in listeners.items():
            for event in _each(events):
                sys.monitoring.register_callback(TOOL, event, listener)
        sys.monitoring.set_events(TOOL, EVENTS.PY_UNWIND)
        for code in codes:
            sys.monitoring.set_local_events(TOOL, code, _BEGINS | _ENDS)
        yield
    finally:
        for code in codes:
            sys.monitoring.set_local_events(TOOL, code, EVENTS.NO_EVENTS)
        sys.monitoring.set_events(TOOL, EVENTS.NO_EVENTS)
        for event in _each(_BEGINS | _ENDS | EVENTS.PY_UNWIND):
            sys.monitoring.register_callback(TOOL, event, None)
        sys.monitoring.free_tool_id(TOOL)


def _each(events: int) -> Iterator[int]:
    return (1 << bit for bit in range(events.bit_length()) if events >> bit & 1)


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

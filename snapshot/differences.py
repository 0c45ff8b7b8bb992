"""What differs between the facts of two snapshots: typed changes in a stable order. Pure.

A fact that is unknown (`None`) and a fact that is not there are two things: an objective nobody has worked on, and an
objective that is no longer taught.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from snapshot.contract import Fact, Facts


class Kind(StrEnum):
    """In which way a fact changed."""

    MOVED = "moved"
    """A number, and now another."""
    BECAME_KNOWN = "became_known"
    BECAME_UNKNOWN = "became_unknown"
    APPEARED = "appeared"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class Change:
    """One fact before and after; `None` is unknown, or not there where `kind` says so."""

    fact: str
    kind: Kind
    before: Fact
    after: Fact

    @property
    def by(self) -> float | int | None:
        """After minus before, exact in the decimals shown; `None` unless both are numbers."""
        if self.before is None or self.after is None:
            return None
        if isinstance(self.before, int) and isinstance(self.after, int):
            return self.after - self.before
        return float(Decimal(str(self.after)) - Decimal(str(self.before)))


@dataclass(frozen=True, slots=True)
class Kept:
    """What two snapshots are compared by."""

    facts: Facts
    events: int
    """Events that had been reported for the section."""
    config_signature: str


@dataclass(frozen=True, slots=True)
class Differences:
    changes: tuple[Change, ...]
    """In the order of the later facts; what vanished after them, in the order it had."""
    events: int
    """Events between the two; negative when the second is the earlier one."""
    settings_changed: bool
    """The two were worked out under different settings, so a number may have moved without an event."""


def diff(before: Kept, after: Kept) -> Differences:
    """Every fact that is not the same in both."""
    seen = (_change(name, before.facts, after.facts) for name in _names(before.facts, after.facts))
    return Differences(
        changes=tuple(change for change in seen if change is not None),
        events=after.events - before.events,
        settings_changed=before.config_signature != after.config_signature,
    )


def _names(before: Facts, after: Facts) -> tuple[str, ...]:
    return (*after, *(name for name in before if name not in after))


def _change(name: str, before: Facts, after: Facts) -> Change | None:
    old, new = before.get(name), after.get(name)
    kind = _kind(name, before, after)
    return None if kind is None else Change(name, kind, old, new)


def _kind(name: str, before: Facts, after: Facts) -> Kind | None:
    if name not in before:
        return Kind.APPEARED
    if name not in after:
        return Kind.VANISHED
    old, new = before[name], after[name]
    if old == new:
        return None
    if old is None:
        return Kind.BECAME_KNOWN
    return Kind.BECAME_UNKNOWN if new is None else Kind.MOVED

"""Rules and their versions: how a capability is derived, and which version of that is in force (FR-010, AC-007). Pure.

The table may hold several versions of a capability at once. Which one speaks is chosen at deployment (the setting
PROJECTION_VERSIONS) and can be chosen anew for one request: whoever still reads the older shape goes on asking for it,
until nobody does and its row is taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from oracles.contract import OracleKey
from snapshot.contract import Capability, Facts, Projection
from snapshot.projections.material import Material


class UnknownVersion(LookupError):
    """No rule of that version is in the table; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what is needed, what is made of it, and which of it are facts."""

    required: frozenset[OracleKey]
    optional: frozenset[OracleKey]
    derive: Callable[[Material], Projection]
    facts: Callable[[Any], Facts]
    shape: type[Projection]
    """What `derive` gives; kept bytes are read back as this."""

    @property
    def keys(self) -> frozenset[OracleKey]:
        return self.required | self.optional


type Table = Mapping[tuple[Capability, int], Rule]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force for one request: one version of every capability."""

    table: Table
    versions: Mapping[Capability, int]
    of: Mapping[Capability, Rule]

    @property
    def required(self) -> frozenset[OracleKey]:
        return frozenset().union(*(rule.required for rule in self.of.values()))

    @property
    def optional(self) -> frozenset[OracleKey]:
        """What some capability can do without and none requires."""
        return frozenset().union(*(rule.optional for rule in self.of.values())) - self.required

    def giving(self, capability: Capability, shape: type[Projection] | None) -> Rule | None:
        """The rule in force; where that has another shape than is read, the one that gives it, if there is one."""
        chosen = self.of[capability]
        if shape is None or issubclass(chosen.shape, shape):
            return chosen
        rows = (rule for (kind, _), rule in self.table.items() if kind is capability)
        return next((rule for rule in rows if rule.shape is shape), None)

    def affected(self, key: OracleKey) -> tuple[Capability, ...]:
        """The capabilities that a new answer of this oracle concerns, in the order of the table."""
        return tuple(capability for capability, rule in self.of.items() if key in rule.keys)


def choose(table: Table, versions: Mapping[Capability, int]) -> Rules:
    """The rules of these versions, one for every capability.

    Raises:
        UnknownVersion: the table has no such row.
    """
    chosen = {capability: versions[capability] for capability in Capability}
    return Rules(
        table, chosen, {capability: _row(table, capability, version) for capability, version in chosen.items()}
    )


def _row(table: Table, capability: Capability, version: int) -> Rule:
    found = table.get((capability, version))
    if found is None:
        there = sorted(each for kind, each in table if kind is capability)
        expected = " or ".join(map(str, there))
        raise UnknownVersion(f"projection {capability.value}: expected version {expected}, got {version}")
    return found

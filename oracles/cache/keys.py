"""The one builder of cache keys, for reads and writes alike. Pure. Keys hold ids and counters, never personal data.

`{i7}` is a hash tag: all keys of an institution live in one slot of a Redis cluster, so one MGET reads several.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from oracles.contract import DataStamp, Oracle, Scope

EntryKey = NewType("EntryKey", str)

FORMAT = 1
"""Moves when the shape of an entry does: old entries are then not found any more."""


@dataclass(frozen=True, slots=True)
class Place:
    """A container of a section, or the section itself: what tier 1 evicts as a whole."""

    tenant_id: int
    section_id: int
    container_id: int | None


def place(scope: Scope) -> Place:
    return Place(scope.tenant_id, scope.section_id, scope.container_id)


def entry_key(scope: Scope, oracle: Oracle, stamp: DataStamp, signature: str = "") -> EntryKey:
    """Where the oracle's answer for this scope, at this state of the data it reads, is kept.

    `signature` is the digest of the settings that the payload depends on; none of the instructor oracles needs one.
    """
    container = "course" if scope.container_id is None else f"{scope.container_id}:{scope.container_key or ''}"
    counters = ",".join(f"{domain}={counter}" for domain, counter in stamp.of(oracle.reads))
    parts = (f"s{scope.section_id}", f"c:{container}", f"{oracle.key}@{oracle.version}", counters, signature)
    return EntryKey(f"lectern:o{FORMAT}:{{i{scope.tenant_id}}}|{'|'.join(parts)}")


def lease_key(key: EntryKey) -> str:
    """Held by the process that builds the entry."""
    return f"{key}|lease"

"""What a structure write did, table by table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from oracles.contract import Domain, TenantId


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one table: what became of them."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def moved(self) -> bool:
        return bool(self.created or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class StructureReport:
    section_id: int
    slug: str
    tables: Mapping[str, Counts]
    moved: frozenset[Domain]
    """The stamp domains that moved; empty when the record said nothing new."""

    @property
    def created(self) -> int:
        return sum(counts.created for counts in self.tables.values())

    @property
    def changed(self) -> int:
        return sum(counts.changed for counts in self.tables.values())

    @property
    def unchanged(self) -> int:
        return sum(counts.unchanged for counts in self.tables.values())

    @property
    def removed(self) -> int:
        return sum(counts.removed for counts in self.tables.values())


@dataclass(slots=True)
class Work:
    """One write in progress: whose section, what was counted, what moved, which pages need their rollups anew."""

    tenant_id: TenantId
    section_id: int
    counts: dict[str, Counts] = field(default_factory=dict)
    moved: set[Domain] = field(default_factory=set)
    stale_pages: set[int] = field(default_factory=set)

    def count(self, table: str, counts: Counts, domain: Domain = Domain.STRUCTURE) -> None:
        """These are the table's counts; if anything moved, so did the domain."""
        self.counts[table] = counts
        if counts.moved:
            self.moved.add(domain)

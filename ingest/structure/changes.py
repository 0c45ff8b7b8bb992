"""Brings one table of a section to what is wanted, by key: creates, updates what differs, leaves the rest alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from courses.tenancy import TenantOwned, TenantQuerySet

CHUNK = 400
Values = Mapping[str, object]


@dataclass(slots=True)
class Changes[M: TenantOwned]:
    """What `bring` did to a table. `rows` holds every wanted row by key, as stored."""

    rows: dict[str, M] = field(default_factory=dict)
    created: int = 0
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Key → the fields that differed."""
    unchanged: int = 0
    gone: dict[str, M] = field(default_factory=dict)
    """Stored rows that nobody wants any more; the caller decides what becomes of them."""

    @property
    def moved(self) -> bool:
        return bool(self.created or self.changed)


def bring[M: TenantOwned](
    table: TenantQuerySet[M], stored: Mapping[str, M], wanted: Mapping[str, Values], fixed: Values
) -> Changes[M]:
    """Afterwards every wanted row is stored with exactly these values; `fixed` goes into new rows only."""
    changes: Changes[M] = Changes(gone={key: row for key, row in stored.items() if key not in wanted})
    fresh: dict[str, M] = {}
    for key, values in wanted.items():
        row = stored.get(key)
        if row is None:
            fresh[key] = table.model(**fixed, **values)
            continue
        changes.rows[key] = row
        differing = _differing(row, values)
        if differing:
            changes.changed[key] = differing
        else:
            changes.unchanged += 1
    _update(table, changes)
    changes.rows.update(zip(fresh, table.bulk_create(fresh.values(), batch_size=CHUNK), strict=True))
    changes.created = len(fresh)
    return changes


def delete_rows[M: TenantOwned](table: TenantQuerySet[M], rows: Collection[M]) -> int:
    """These rows are gone; returns how many."""
    ids = [row.pk for row in rows]
    for start in range(0, len(ids), CHUNK):
        table.filter(pk__in=ids[start : start + CHUNK]).delete()
    return len(ids)


def _differing[M: TenantOwned](row: M, values: Values) -> tuple[str, ...]:
    differing = tuple(name for name, value in values.items() if getattr(row, name) != value)
    for name in differing:
        setattr(row, name, values[name])
    return differing


def _update[M: TenantOwned](table: TenantQuerySet[M], changes: Changes[M]) -> None:
    fields = sorted({name for names in changes.changed.values() for name in names})
    if fields:
        table.bulk_update([changes.rows[key] for key in changes.changed], fields, batch_size=CHUNK)

"""Compares the stored rollups of a section with what its raw events say."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from ingest.rollups.recompute import facts
from ingest.rollups.statements import ROLLUPS, Rollup
from oracles.contract import TenantId

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """A rollup that does not say what the events say."""

    rollup: str
    missing: int
    """Rows the events call for that are not stored exactly so."""
    surplus: int
    """Rows stored that the events do not call for."""
    examples: tuple[str, ...]


def differences(tenant_id: TenantId, section_id: int) -> list[Difference]:
    """Every rollup that differs from a recount; empty when all is well."""
    scope = {"tenant": tenant_id, "section": section_id}
    found = [_compare(rollup, scope) for rollup in ROLLUPS]
    return [difference for difference in found if difference.missing or difference.surplus]


def _compare(rollup: Rollup, scope: dict[str, int]) -> Difference:
    columns = ", ".join(rollup.columns)
    expected = f"SELECT {columns} FROM ({rollup.select}) AS expected"  # noqa: S608 - names from a constant table
    stored = (
        f"SELECT {columns} FROM {rollup.table} "  # noqa: S608 - names from a constant table
        "WHERE institution_id = %(tenant)s AND section_id = %(section)s"
    )
    missing = _rows(f"WITH {facts()} {expected} EXCEPT {stored}", scope)
    surplus = _rows(f"WITH {facts()} {stored} EXCEPT {expected}", scope)
    examples = [f"expected {row}" for row in missing[:SHOWN]] + [f"stored {row}" for row in surplus[:SHOWN]]
    return Difference(rollup.name, len(missing), len(surplus), tuple(examples))


def _rows(sql: str, scope: dict[str, int]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, scope)
        return list(cursor.fetchall())

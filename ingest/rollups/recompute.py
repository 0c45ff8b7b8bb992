"""Replaces a section's rollups (or those of some of its pages) by what its raw events say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from ingest.rollups.statements import FACTS, ROLLUPS, Rollup
from oracles.contract import TenantId

EVERY_PAGE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Rows per rollup: what stood there before and what stands there now."""

    removed: Mapping[str, int]
    written: Mapping[str, int]

    @property
    def touched(self) -> bool:
        return any(self.removed.values()) or any(self.written.values())


def recompute(tenant_id: TenantId, section_id: int, pages: Collection[int] = EVERY_PAGE) -> Recomputed:
    """The rollups hold what the raw events say.

    With `pages`, only the rollups of these pages are replaced. The caller holds the section's stamp row in a
    transaction, so no batch of events can come between.
    """
    scope = {"tenant": tenant_id, "section": section_id}
    rollups = [rollup for rollup in ROLLUPS if rollup.has_page or not pages]
    return Recomputed(
        {rollup.name: _remove(rollup, scope, pages) for rollup in rollups},
        {rollup.name: _write(rollup, scope, pages) for rollup in rollups},
    )


def facts(pages: Collection[int] = EVERY_PAGE) -> str:
    """The common table expressions that every rollup's `select` reads from."""
    return FACTS.format(pages=_narrowed("COALESCE(a.page_id, e.page_id)", pages))


def _remove(rollup: Rollup, scope: Mapping[str, int], pages: Collection[int]) -> int:
    return _execute(
        f"DELETE FROM {rollup.table} "  # noqa: S608 - names from a constant table
        f"WHERE institution_id = %(tenant)s AND section_id = %(section)s {_narrowed('page_id', pages)}",
        scope,
    )


def _write(rollup: Rollup, scope: Mapping[str, int], pages: Collection[int]) -> int:
    columns = ", ".join(rollup.columns)
    return _execute(
        f"INSERT INTO {rollup.table} (institution_id, section_id, {columns}) "  # noqa: S608 - names from a constant table
        f"WITH {facts(pages)} SELECT %(tenant)s, %(section)s, {columns} FROM ({rollup.select}) AS expected",
        scope,
    )


def _narrowed(column: str, pages: Collection[int]) -> str:
    return f"AND {column} IN ({', '.join(str(int(page)) for page in sorted(pages))})" if pages else ""


def _execute(sql: str, scope: Mapping[str, int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, scope)
        return int(cursor.rowcount)

"""Replaces a section's rollups (or those of some of its pages) by what its raw events say."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from ingest.rollups.statements import FACTS, ROLLUPS, Rollup
from oracles.contract import TenantId

EVERY_PAGE: frozenset[int] = frozenset()


def recompute(tenant_id: TenantId, section_id: int, pages: Collection[int] = EVERY_PAGE) -> dict[str, int]:
    """The rollups hold what the raw events say; returns rows written per rollup.

    With `pages`, only the rollups of these pages are replaced. The caller holds the section's stamp row in a
    transaction, so no batch of events can come between.
    """
    scope = {"tenant": tenant_id, "section": section_id}
    return {rollup.name: _replace(rollup, scope, pages) for rollup in ROLLUPS if rollup.has_page or not pages}


def facts(pages: Collection[int] = EVERY_PAGE) -> str:
    """The common table expressions that every rollup's `select` reads from."""
    narrowed = f"AND COALESCE(a.page_id, e.page_id) IN ({_listed(pages)})" if pages else ""
    return FACTS.format(pages=narrowed)


def _replace(rollup: Rollup, scope: dict[str, int], pages: Collection[int]) -> int:
    narrowed = f" AND page_id IN ({_listed(pages)})" if pages else ""
    columns = ", ".join(rollup.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {rollup.table} WHERE institution_id = %(tenant)s AND section_id = %(section)s{narrowed}",  # noqa: S608 - names from a constant table
            scope,
        )
        cursor.execute(
            f"WITH {facts(pages)} INSERT INTO {rollup.table} (institution_id, section_id, {columns}) "  # noqa: S608 - names from a constant table
            f"SELECT %(tenant)s, %(section)s, {columns} FROM ({rollup.select}) AS expected",
            scope,
        )
        return int(cursor.rowcount)


def _listed(pages: Collection[int]) -> str:
    return ", ".join(str(int(page)) for page in sorted(pages))

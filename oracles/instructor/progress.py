"""How many learners have done how much of each direct child of the scope?

A learner's progress in a child is the sum over its visible pages ÷ their number; every page weighs the same.
The database compares that sum with each threshold: nobody is rounded up into "complete" (B3).
"""

from __future__ import annotations

from typing import NamedTuple

from oracles.contract import OracleContext
from oracles.instructor.asking import COUNTED_LEARNERS, DIRECT_CHILDREN, EPSILON, VISIBLE_PAGES, class_size, rows
from oracles.payloads import THRESHOLDS, Progress, ProgressItem

AT_LEAST = ", ".join(
    f"COUNT(*) FILTER (WHERE standing.done * 100.0 / bar.pages >= {threshold - EPSILON})" for threshold in THRESHOLDS
)

STANDINGS = f"""
    WITH visible_page AS MATERIALIZED ({VISIBLE_PAGES}),
    child AS MATERIALIZED ({DIRECT_CHILDREN}),
    bar AS MATERIALIZED (
        SELECT child.key, child.position, child.last_position, COUNT(visible_page.id) AS pages
        FROM child
        LEFT JOIN visible_page ON visible_page.position BETWEEN child.position AND child.last_position
        GROUP BY child.key, child.position, child.last_position),
    page_of_bar AS MATERIALIZED (
        SELECT bar.position, visible_page.id AS page_id
        FROM bar
        JOIN visible_page ON visible_page.position BETWEEN bar.position AND bar.last_position),
    standing AS (
        SELECT page_of_bar.position, progress.learner_id, SUM(progress.progress) AS done
        FROM courses_pageprogress progress
        CROSS JOIN page_of_bar
        WHERE progress.institution_id = %(tenant)s AND progress.section_id = %(section)s
          AND page_of_bar.page_id = progress.page_id
        GROUP BY page_of_bar.position, progress.learner_id),
    counted_standing AS (
        SELECT standing.position, standing.learner_id, standing.done
        FROM standing
        WHERE standing.learner_id IN ({COUNTED_LEARNERS}))
"""
"""Every counted learner who did something in a bar, with the sum of their pages; a statement goes on from here."""

COUNTS = f"""
    {STANDINGS}
    SELECT bar.key, bar.pages, COALESCE(SUM(standing.done), 0.0), {AT_LEAST}
    FROM bar
    LEFT JOIN counted_standing standing ON standing.position = bar.position
    GROUP BY bar.position, bar.key, bar.pages
    ORDER BY bar.position
"""


class _Bar(NamedTuple):
    key: str
    pages: int
    total: float
    at_10: int
    at_20: int
    at_30: int
    at_40: int
    at_50: int
    at_60: int
    at_70: int
    at_80: int
    at_90: int
    at_100: int


def load(context: OracleContext) -> Progress:
    """One item per visible direct child, in curriculum order, with `page_count` 0 where it has none. Two statements."""
    bars = rows(context, _Bar, COUNTS)
    return Progress(
        class_size=class_size(context),
        items=tuple(_item(*bar) for bar in bars),
    )


def _item(key: str, pages: int, total: float, *at_least: int) -> ProgressItem:
    return ProgressItem(key=key, page_count=pages, at_least=at_least, total=total / pages if pages else 0.0)

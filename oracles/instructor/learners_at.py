"""Who stands behind one bar: who has done it, or not yet? Asked on demand, so it is not in the table of a dashboard.

The bar is a direct child of the scope, container or page; "done" is exactly what the oracle `progress` counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from oracles.contract import OracleContext
from oracles.instructor.asking import COUNTED_LEARNERS, DIRECT_CHILDREN, EPSILON, VISIBLE_PAGES, rows
from oracles.instructor.naming import Called, called, hides_names
from oracles.payloads import THRESHOLDS, LearnerAtBar, LearnersAt

PAGE_SIZE = 20


class UnknownBar(LookupError):
    """The question names no bar of the chart: the asker's mistake, or the outline has changed."""


@dataclass(frozen=True, slots=True)
class BarQuestion:
    """Which bar, which side of which threshold (percent, one of THRESHOLDS), which page of the list (from 1)."""

    key: str
    threshold: int = 100
    done: bool = True
    page: int = 1


BEHIND_THE_BAR = f"""
    WITH visible_page AS MATERIALIZED ({VISIBLE_PAGES}),
    child AS MATERIALIZED ({DIRECT_CHILDREN}),
    bar AS MATERIALIZED (
        SELECT child.position, child.last_position
        FROM child
        WHERE child.key = %(key)s
        ORDER BY child.position
        LIMIT 1),
    page_of_bar AS MATERIALIZED (
        SELECT visible_page.id
        FROM bar
        JOIN visible_page ON visible_page.position BETWEEN bar.position AND bar.last_position),
    standing AS (
        SELECT progress.learner_id,
               SUM(progress.progress) / (SELECT COUNT(*) FROM page_of_bar) AS progress
        FROM courses_pageprogress progress
        WHERE progress.institution_id = %(tenant)s AND progress.section_id = %(section)s
          AND progress.page_id IN (SELECT page_of_bar.id FROM page_of_bar)
        GROUP BY progress.learner_id),
    asked_for AS (
        SELECT counted.learner_id, COALESCE(standing.progress, 0.0) AS progress
        FROM ({COUNTED_LEARNERS}) counted
        LEFT JOIN standing ON standing.learner_id = counted.learner_id
        WHERE CASE WHEN COALESCE(standing.progress, 0.0) * 100.0 >= %(reached)s THEN 1 ELSE 0 END = %(done)s)
"""

HOW_MANY = f"""
    {BEHIND_THE_BAR}
    SELECT (SELECT COUNT(*) FROM bar), (SELECT COUNT(*) FROM asked_for)
"""

ONE_PAGE = f"""
    {BEHIND_THE_BAR}
    SELECT learner.id, learner.external_id, learner.name, learner.email, asked_for.progress
    FROM asked_for
    JOIN courses_learner learner
      ON learner.institution_id = %(tenant)s AND learner.id = asked_for.learner_id
    ORDER BY CASE WHEN %(is_hidden)s = 1 THEN '' ELSE learner.name END, learner.id
    LIMIT {PAGE_SIZE} OFFSET %(skipped)s
"""


class _HowMany(NamedTuple):
    bars: int
    learners: int


class _Learner(NamedTuple):
    learner_id: int
    external_id: str
    name: str
    email: str
    progress: float


def load(context: OracleContext, question: BarQuestion) -> LearnersAt:
    """One page of the learners behind the bar, by name (where names are shown), then id; a page beyond the last
    is the last. Three statements.

    Raises UnknownBar when the scope has no such child or the chart no such threshold.
    """
    if question.threshold not in THRESHOLDS:
        raise UnknownBar(f"expected a threshold of {', '.join(map(str, THRESHOLDS))}, got {question.threshold}")
    asked: dict[str, float | str] = {
        "key": question.key,
        "reached": question.threshold - EPSILON,
        "done": int(question.done),
    }
    ((bars, total),) = rows(context, _HowMany, HOW_MANY, **asked)
    if not bars:
        raise UnknownBar(f"expected a child of {context.scope.address}, got {question.key!r}")
    page_count = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, question.page), page_count)
    is_hidden = hides_names(context)
    more = {**asked, "skipped": (page - 1) * PAGE_SIZE, "is_hidden": int(is_hidden)}
    learners = rows(context, _Learner, ONE_PAGE, **more)
    return LearnersAt(
        key=question.key,
        threshold=question.threshold,
        done=question.done,
        total=total,
        page=page,
        page_count=page_count,
        learners=tuple(_shown(context, learner, is_hidden=is_hidden) for learner in learners),
    )


def _shown(context: OracleContext, row: _Learner, *, is_hidden: bool) -> LearnerAtBar:
    told = Called(row.external_id, row.name, row.email)
    seen = called(context.scope.section_id, row.learner_id, told, is_hidden=is_hidden)
    return LearnerAtBar(row.learner_id, *seen, row.progress)

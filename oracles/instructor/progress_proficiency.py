"""How far is each learner in the scope, and how well do they answer there?

Progress is the sum over the scope's visible pages ÷ their number. First attempts count once per activity, however
many objectives it has.
"""

from __future__ import annotations

from typing import NamedTuple

from oracles.contract import OracleContext
from oracles.instructor.asking import COUNTED_LEARNERS, VISIBLE_PAGES, number, rows
from oracles.payloads import LearnerStanding, ProgressProficiency

PAGE_COUNT = f"SELECT COUNT(*) FROM ({VISIBLE_PAGES}) visible_page"

STANDINGS = f"""
    WITH visible_page AS MATERIALIZED ({VISIBLE_PAGES}),
    standing AS (
        SELECT progress.learner_id, SUM(progress.progress) AS done,
               SUM(progress.first_attempts) AS first_attempts, SUM(progress.first_correct) AS first_correct
        FROM courses_pageprogress progress
        WHERE progress.institution_id = %(tenant)s AND progress.section_id = %(section)s
          AND progress.page_id IN (SELECT visible_page.id FROM visible_page)
        GROUP BY progress.learner_id)
    SELECT counted.learner_id, COALESCE(standing.done, 0.0),
           COALESCE(standing.first_attempts, 0), COALESCE(standing.first_correct, 0)
    FROM ({COUNTED_LEARNERS}) counted
    LEFT JOIN standing ON standing.learner_id = counted.learner_id
    ORDER BY counted.learner_id
"""


class _Standing(NamedTuple):
    learner_id: int
    done: float
    first_attempts: int
    first_correct: int


def load(context: OracleContext) -> ProgressProficiency:
    """One row per learner of the class, also for those who did nothing, by learner id. Two statements."""
    page_count = number(context, PAGE_COUNT)
    standings = rows(context, _Standing, STANDINGS)
    return ProgressProficiency(
        page_count=page_count,
        learners=tuple(
            LearnerStanding(learner_id, done / page_count if page_count else None, first_attempts, first_correct)
            for learner_id, done, first_attempts, first_correct in standings
        ),
    )

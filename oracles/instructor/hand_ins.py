"""Who handed in each graded page of the scope, and how did it go? Asked when somebody looks at a list of learners.

It counts just as `assessments` does, so that each list is as long as the card says.
"""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from oracles.contract import OracleContext
from oracles.instructor.asking import COUNTED_LEARNERS, VISIBLE_PAGES, learner_ids, rows
from oracles.payloads import HandIn, HandIns, PageHandIns

OUTCOMES = f"""
    WITH graded_page AS (SELECT * FROM ({VISIBLE_PAGES}) visible_page WHERE graded),
    counted AS ({COUNTED_LEARNERS}),
    outcome AS (
        SELECT score.page_id, score.learner_id, score.score, score.out_of, score.submitted_at, score.graded_at
        FROM graded_page
        JOIN courses_assessmentscore score
          ON score.institution_id = %(tenant)s AND score.section_id = %(section)s
         AND score.page_id = graded_page.id
        JOIN counted ON counted.learner_id = score.learner_id)
    SELECT graded_page.key, COALESCE(outcome.learner_id, 0),
           CASE WHEN outcome.out_of > 0 THEN outcome.score * 100.0 / outcome.out_of END,
           CASE WHEN outcome.submitted_at IS NOT NULL OR outcome.score IS NOT NULL THEN 1 ELSE 0 END,
           CASE WHEN outcome.submitted_at IS NOT NULL AND outcome.score IS NULL
                     AND outcome.graded_at IS NULL THEN 1 ELSE 0 END,
           CASE WHEN outcome.submitted_at > graded_page.due_at THEN 1 ELSE 0 END
    FROM graded_page
    LEFT JOIN outcome ON outcome.page_id = graded_page.id
    ORDER BY graded_page.position, outcome.learner_id
"""

NOBODY = 0
"""Stands for the learner of a page that nobody touched; ids of rows begin at 1."""


class _Outcome(NamedTuple):
    key: str
    learner_id: int
    percent: float | None
    is_in: int
    awaits_grade: int
    is_late: int


def load(context: OracleContext) -> HandIns:
    """The class, and for each graded page, in curriculum order, who handed in. Two statements."""
    outcomes = rows(context, _Outcome, OUTCOMES)
    return HandIns(
        learners=tuple(learner_ids(context)),
        pages=tuple(_page(key, list(group)) for key, group in groupby(outcomes, key=lambda row: row.key)),
    )


def _page(key: str, outcomes: list[_Outcome]) -> PageHandIns:
    """A row with neither a submission nor a score is a page that was opened: nothing was handed in."""
    return PageHandIns(
        key,
        tuple(
            HandIn(row.learner_id, row.percent, awaits_grade=bool(row.awaits_grade), is_late=bool(row.is_late))
            for row in outcomes
            if row.learner_id != NOBODY and row.is_in
        ),
    )

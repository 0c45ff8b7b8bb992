"""How did the class do on each graded page of the scope, and who handed in?

Handed in: a submission or a score is there (a gradebook may report a score alone). Awaiting a grade: handed in, with
neither score nor grading yet. Late: the submission came after the due date.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from oracles.contract import OracleContext
from oracles.instructor.asking import COUNTED_LEARNERS, VISIBLE_PAGES, class_size, rows
from oracles.payloads import AssessmentRow, Assessments, ScoreCount

SCORES = f"""
    WITH graded_page AS (SELECT * FROM ({VISIBLE_PAGES}) visible_page WHERE graded),
    counted AS ({COUNTED_LEARNERS}),
    outcome AS (
        SELECT score.page_id,
               CASE WHEN score.out_of > 0 THEN score.score * 100.0 / score.out_of END AS percent,
               score.score IS NOT NULL AS scored, score.submitted_at, score.graded_at
        FROM graded_page
        JOIN courses_assessmentscore score
          ON score.institution_id = %(tenant)s AND score.section_id = %(section)s
         AND score.page_id = graded_page.id
        JOIN counted ON counted.learner_id = score.learner_id)
    SELECT graded_page.key, outcome.percent,
           COUNT(*) FILTER (WHERE outcome.percent IS NOT NULL),
           COUNT(*) FILTER (WHERE outcome.submitted_at IS NOT NULL OR outcome.scored),
           COUNT(*) FILTER (WHERE outcome.submitted_at IS NOT NULL AND NOT outcome.scored
                                  AND outcome.graded_at IS NULL),
           COUNT(*) FILTER (WHERE outcome.submitted_at > graded_page.due_at)
    FROM graded_page
    LEFT JOIN outcome ON outcome.page_id = graded_page.id
    GROUP BY graded_page.position, graded_page.key, outcome.percent
    ORDER BY graded_page.position, outcome.percent
"""


class _Outcome(NamedTuple):
    key: str
    percent: float | None
    learners: int
    submitted: int
    awaiting_grade: int
    late: int


def load(context: OracleContext) -> Assessments:
    """Every graded page of the scope, also those nobody touched, in curriculum order. Two statements."""
    outcomes = rows(context, _Outcome, SCORES)
    return Assessments(
        class_size=class_size(context),
        rows=tuple(_assessment(key, list(group)) for key, group in groupby(outcomes, key=lambda row: row.key)),
    )


def _assessment(key: str, outcomes: Sequence[_Outcome]) -> AssessmentRow:
    return AssessmentRow(
        key=key,
        scores=tuple(ScoreCount(row.percent, row.learners) for row in outcomes if row.percent is not None),
        submitted=sum(row.submitted for row in outcomes),
        awaiting_grade=sum(row.awaiting_grade for row in outcomes),
        late=sum(row.late for row in outcomes),
    )

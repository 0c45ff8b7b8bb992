"""What evidence does the class give on each objective of the scope?

An objective is in scope when an activity on a visible page of the scope names it; its ancestors come with it. A
learner's evidence on an objective is what they did, on those pages, for it and for everything under it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from oracles.contract import OracleContext
from oracles.instructor.asking import COUNTED_LEARNERS, NAMING, VISIBLE_PAGES, class_size, rows
from oracles.payloads import EvidenceCell, ObjectiveRow, Objectives

IN_SCOPE = f"""
    WITH visible_page AS MATERIALIZED ({VISIBLE_PAGES}),
    named AS MATERIALIZED (
        SELECT DISTINCT objective.id, objective.position
        FROM {NAMING}
        JOIN courses_objective objective
          ON objective.institution_id = %(tenant)s AND objective.section_id = %(section)s
         AND objective.id = link.objective_id),
    line AS MATERIALIZED (
        SELECT objective.id, objective.key, objective.title, objective.parent_id, objective.position, objective.depth,
               named.id AS named_id
        FROM named
        JOIN courses_objective objective
          ON objective.institution_id = %(tenant)s AND objective.section_id = %(section)s
         AND named.position BETWEEN objective.position AND objective.last_position)
"""
"""`line`: for each objective named in scope, itself and its ancestors (an interval that holds its position)."""

OUTLINE = f"""
    {IN_SCOPE}
    SELECT DISTINCT line.key, line.title, parent.key, line.position, line.depth
    FROM line
    LEFT JOIN courses_objective parent
      ON parent.institution_id = %(tenant)s AND parent.section_id = %(section)s AND parent.id = line.parent_id
    ORDER BY line.position
"""

EVIDENCE = f"""
    {IN_SCOPE},
    own AS (
        SELECT evidence.objective_id, evidence.learner_id,
               CAST(SUM(evidence.first_attempts) AS INTEGER) AS first_attempts,
               CAST(SUM(evidence.first_correct) AS INTEGER) AS first_correct
        FROM courses_objectiveevidence evidence
        WHERE evidence.institution_id = %(tenant)s AND evidence.section_id = %(section)s
          AND evidence.objective_id IN (SELECT named.id FROM named)
          AND evidence.page_id IN (SELECT visible_page.id FROM visible_page)
        GROUP BY evidence.objective_id, evidence.learner_id),
    rolled_up AS (
        SELECT line.position, own.learner_id,
               SUM(own.first_attempts) AS first_attempts, SUM(own.first_correct) AS first_correct
        FROM own
        JOIN line ON line.named_id = own.objective_id
        GROUP BY line.position, own.learner_id)
    SELECT rolled_up.position, rolled_up.first_attempts, rolled_up.first_correct, COUNT(*)
    FROM rolled_up
    WHERE rolled_up.first_attempts > 0 AND rolled_up.learner_id IN ({COUNTED_LEARNERS})
    GROUP BY rolled_up.position, rolled_up.first_attempts, rolled_up.first_correct
    ORDER BY rolled_up.position, rolled_up.first_attempts, rolled_up.first_correct
"""
"""Sums of sums are cast on the way: PostgreSQL would add them up as (slow) decimals."""


class _Objective(NamedTuple):
    key: str
    title: str
    parent_key: str | None
    position: int
    depth: int


class _Cell(NamedTuple):
    position: int
    first_attempts: int
    first_correct: int
    learners: int


def load(context: OracleContext) -> Objectives:
    """Objectives in scope and their ancestors, in outline order, each with its evidence. Three statements."""
    evidence = _by_position(rows(context, _Cell, EVIDENCE))
    outline = rows(context, _Objective, OUTLINE)
    return Objectives(
        class_size=class_size(context),
        rows=tuple(ObjectiveRow(*objective, evidence.get(objective.position, ())) for objective in outline),
    )


def _by_position(cells: Iterable[_Cell]) -> dict[int, tuple[EvidenceCell, ...]]:
    return {
        position: tuple(EvidenceCell(cell.first_attempts, cell.first_correct, cell.learners) for cell in group)
        for position, group in groupby(cells, key=lambda cell: cell.position)
    }

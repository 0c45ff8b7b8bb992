"""How far is each learner in each direct child of the scope? Asked when somebody looks at who stands behind a bar.

It counts just as `progress` does, so that the learners at or above a threshold are as many as the bar says.
"""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from oracles.contract import OracleContext
from oracles.instructor.asking import learner_ids, rows
from oracles.instructor.progress import STANDINGS
from oracles.payloads import BarStanding, LearnerProgress

EACH = f"""
    {STANDINGS}
    SELECT bar.key, COALESCE(standing.learner_id, 0), COALESCE(standing.done * 100.0 / bar.pages, 0.0)
    FROM bar
    LEFT JOIN counted_standing standing ON standing.position = bar.position
    ORDER BY bar.position, standing.learner_id
"""

NOBODY = 0
"""Stands for the learner of a bar in which nobody did anything; ids of rows begin at 1."""


class _Standing(NamedTuple):
    key: str
    learner_id: int
    percent: float


def load(context: OracleContext) -> LearnerProgress:
    """The class, and for each visible direct child who has begun it and how far they are. Two statements."""
    standings = rows(context, _Standing, EACH)
    return LearnerProgress(
        learners=tuple(learner_ids(context)),
        items=tuple(_item(key, list(group)) for key, group in groupby(standings, key=lambda row: row.key)),
    )


def _item(key: str, standings: list[_Standing]) -> BarStanding:
    begun = [row for row in standings if row.learner_id != NOBODY]
    return BarStanding(
        key=key,
        learners=tuple(row.learner_id for row in begun),
        percents=tuple(row.percent for row in begun),
    )

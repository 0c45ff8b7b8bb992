"""The summary strip: three means with their bases, and what to look at first. Pure.

A card is hidden only when the loaded outline proves that it does not apply; `--` stands where it applies and cannot be
computed. An answer that is missing, loading or failed takes away its own card's number and proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from oracles.contract import ASSESSMENTS, OBJECTIVES, PROGRESS_PROFICIENCY, SCOPE_RESOURCES, OracleKey
from oracles.payloads import LearnerStanding, ProgressProficiency, ScopeResources
from snapshot.contract import Card, Facts, SummaryProjection
from snapshot.numbers import percent
from snapshot.projections import assessments, challenging_objectives
from snapshot.projections.material import Material
from snapshot.projections.recommendation import Recommender, recommend


def deriving(recommender: Recommender) -> Callable[[Material], SummaryProjection]:
    """The rule with this recommender in it: a row of the table, under a version of its own."""

    def derive(material: Material) -> SummaryProjection:
        standing = material.find(PROGRESS_PROFICIENCY, ProgressProficiency)
        return SummaryProjection(
            class_size=None if standing is None else len(standing.learners),
            cards=(_progress(material, standing), _proficiency(material), _assessment(material)),
            recommendation=recommender(material),
        )

    return derive


derive = deriving(recommend)


def facts(projection: SummaryProjection) -> Facts:
    return {"summary.class_size": projection.class_size, **{card.fact: card.value for card in projection.cards}}


def _progress(material: Material, standing: ProgressProficiency | None) -> Card:
    """Mean over learners; 0 when all is loaded and nobody has begun."""
    learners: tuple[LearnerStanding, ...] = standing.learners if standing else ()
    values = [100 * learner.progress for learner in learners if learner.progress is not None]
    return _card(material, "average_progress_pct", None if standing is None else values, PROGRESS_PROFICIENCY)


def _proficiency(material: Material) -> Card:
    """Mean over the objectives in scope that have a class proficiency."""
    is_absent = material.need(SCOPE_RESOURCES, ScopeResources).objective_count == 0
    values = challenging_objectives.class_values(material)
    return _card(material, "average_proficiency_pct", values, OBJECTIVES, is_absent=is_absent)


def _assessment(material: Material) -> Card:
    """Mean of the means of the assessments that have a score: each counts once, however many took it."""
    is_absent = not material.need(SCOPE_RESOURCES, ScopeResources).graded_pages
    return _card(material, "average_assessment_pct", assessments.means(material), ASSESSMENTS, is_absent=is_absent)


def _card(
    material: Material, name: str, values: list[float] | None, key: OracleKey, *, is_absent: bool = False
) -> Card:
    fact = f"summary.{name}"
    if values:
        return Card(fact, percent(sum(values) / len(values)), len(values), "ready")
    state = material.state(key) if values is None else "no_data"
    return Card(fact, None, 0, state, visible=not is_absent)

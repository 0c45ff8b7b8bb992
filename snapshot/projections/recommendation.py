"""What to look at first: a table of rules, the first that holds speaks. Pure; no model.

`Recommender` is the port; `recommend` is its rule-based default, another one is put in by `summary.deriving`. A
recommendation says which rule, on what evidence, and which tile shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from oracles.contract import ASSESSMENTS, LEARNER_INFO, OBJECTIVES, PROGRESS_PROFICIENCY, SCOPE_RESOURCES
from snapshot.contract import (
    AssessmentsProjection,
    Capability,
    ChallengingObjectivesProjection,
    Recommendation,
    StudentSupportProjection,
)
from snapshot.projections.material import Material

MANY = 0.2
SOME = 0.1
"""Shares of a class that are worth a word of their own."""


READS = frozenset({SCOPE_RESOURCES, PROGRESS_PROFICIENCY, OBJECTIVES, ASSESSMENTS, LEARNER_INFO})
"""What the rules rest on: the oracles of the summary."""

type Numbers = Mapping[str, int | float | str]


class Recommender(Protocol):
    """Says what to look at first, or nothing. Whatever thinks about it for longer (a model, say) is an adapter outside
    the core: it has its answer ready when it is asked here, and names its rule and its evidence as the rules do.
    """

    def __call__(self, material: Material, /) -> Recommendation | None: ...


def recommend(material: Material) -> Recommendation | None:
    """The first rule that has something to say, once all that the rules read is in.

    Advice must not change under its reader. Whatever else is under way, a list that somebody has opened, does not keep
    it waiting.
    """
    if material.pending & READS:
        return None
    return next((found for rule in RULES if (found := rule(material))), None)


def _nobody_started(material: Material) -> Recommendation | None:
    support = material.projection(Capability.STUDENT_SUPPORT, StudentSupportProjection)
    if support is None or support.has_activity or not support.total:
        return None
    evidence = ("summary.class_size", "summary.average_progress_pct")
    return Recommendation("nobody_started", Capability.STUDENT_SUPPORT, {"class_size": support.total}, evidence)


def _many_missing(material: Material) -> Recommendation | None:
    """The assessment that the largest part of the class has missed."""
    graded = material.projection(Capability.ASSESSMENTS, AssessmentsProjection)
    cards = [card for card in graded.cards if card.missing >= MANY * card.class_size > 0] if graded else []
    if not cards:
        return None
    worst = max(cards, key=lambda card: card.missing)
    numbers: Numbers = {"title": worst.title, "missing": worst.missing, "class_size": worst.class_size}
    return Recommendation("many_missing", Capability.ASSESSMENTS, numbers, (f"assessments.{worst.key}.completed",))


def _many_struggling(material: Material) -> Recommendation | None:
    support = material.projection(Capability.STUDENT_SUPPORT, StudentSupportProjection)
    struggling = next((b for b in support.buckets if b.id == "struggling"), None) if support else None
    if support is None or struggling is None or struggling.count == 0 or struggling.count < SOME * support.total:
        return None
    numbers = {"count": struggling.count, "class_size": support.total, "inactive": struggling.inactive}
    evidence = ("student_support.struggling.count", "summary.class_size")
    return Recommendation("many_struggling", Capability.STUDENT_SUPPORT, numbers, evidence)


def _hard_objective(material: Material) -> Recommendation | None:
    objectives = material.projection(Capability.CHALLENGING_OBJECTIVES, ChallengingObjectivesProjection)
    hard = [item for item in objectives.objectives if item.is_challenging] if objectives else []
    if not hard:
        return None
    worst = min(hard, key=lambda item: item.proficiency_pct or 0)
    numbers: Numbers = {"title": worst.title, "proficiency": worst.proficiency_pct or 0.0, "n": worst.n}
    evidence = (f"challenging_objectives.{worst.key}.proficiency_pct",)
    return Recommendation("hard_objective", Capability.CHALLENGING_OBJECTIVES, numbers, evidence)


def _many_inactive(material: Material) -> Recommendation | None:
    support = material.projection(Capability.STUDENT_SUPPORT, StudentSupportProjection)
    if support is None or support.inactive < MANY * support.total or not support.total:
        return None
    numbers = {"inactive": support.inactive, "class_size": support.total, "days": support.thresholds.inactivity_days}
    evidence = ("student_support.inactive.count", "summary.class_size")
    return Recommendation("many_inactive", Capability.STUDENT_SUPPORT, numbers, evidence)


RULES: tuple[Callable[[Material], Recommendation | None], ...] = (
    _nobody_started,
    _many_missing,
    _many_struggling,
    _hard_objective,
    _many_inactive,
)

"""What a fact is called: `progress.unit-1.completed` is “Unit 1”, “Learners who completed it”. Pure.

The words of how it is made stand in `snapshot.projections.definitions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snapshot.contract import (
    AssessmentsProjection,
    Capability,
    ChallengingObjectivesProjection,
    ProgressProjection,
    Snapshot,
)
from snapshot.projections import definitions

type Word = str | Promise

MEASURES: Mapping[str, Word] = {
    "summary.class_size": _("Learners in the class"),
    "summary.average_progress_pct": _("Average progress"),
    "summary.average_proficiency_pct": _("Average proficiency"),
    "summary.average_assessment_pct": _("Average assessment score"),
    "progress.completed": _("Learners who completed it"),
    "progress.average_pct": _("Average progress"),
    "student_support.count": _("Learners in this group"),
    "challenging_objectives.proficiency_pct": _("Class proficiency"),
    "challenging_objectives.count": _("Challenging objectives"),
    "assessments.completed": _("Learners with a score"),
    "assessments.min": _("Lowest score"),
    "assessments.median": _("Median score"),
    "assessments.mean": _("Mean score"),
    "assessments.max": _("Highest score"),
    "assessments.std_dev": _("Std. deviation of the scores"),
}
PERCENT = frozenset({"min", "median", "mean", "max"})
"""Measures in percent that do not say so in their names."""


@dataclass(frozen=True, slots=True)
class FactName:
    capability: Capability
    item: Word
    """Title of the unit, page, objective or group; empty where the fact is about the whole scope."""
    measure: Word
    unit: str
    """`%`, or nothing for a count."""


class Titles:
    """The titles of a snapshot's items; an item that is no longer there has its key for a name."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._titles: dict[tuple[Capability, str], Word] = {
            (capability, key): title for capability, titled in TITLED.items() for key, title in titled(snapshot)
        }

    def of(self, fact_id: str) -> FactName:
        kind, _dot, rest = fact_id.partition(".")
        key, _dot, measure = rest.rpartition(".")
        capability = Capability(kind)
        item = self._titles.get((capability, key), key)
        unit = "%" if measure.endswith("_pct") or measure in PERCENT else ""
        return FactName(capability, item, MEASURES.get(f"{kind}.{measure}", measure), unit)


type Titled = Callable[[Snapshot], Iterable[tuple[str, Word]]]


def _bars(snapshot: Snapshot) -> Iterable[tuple[str, Word]]:
    found = snapshot.projections.get(Capability.PROGRESS)
    return [(bar.key, bar.title) for bar in found.bars] if isinstance(found, ProgressProjection) else []


def _objectives(snapshot: Snapshot) -> Iterable[tuple[str, Word]]:
    found = snapshot.projections.get(Capability.CHALLENGING_OBJECTIVES)
    if not isinstance(found, ChallengingObjectivesProjection):
        return []
    return [(each.key, f"{each.numbering} {each.title}") for each in found.objectives]


def _cards(snapshot: Snapshot) -> Iterable[tuple[str, Word]]:
    found = snapshot.projections.get(Capability.ASSESSMENTS)
    return [(card.key, card.title) for card in found.cards] if isinstance(found, AssessmentsProjection) else []


def _groups(_snapshot: Snapshot) -> Iterable[tuple[str, Word]]:
    return [*((key, _(words)) for key, words in definitions.BUCKETS.items()), ("inactive", _("Inactive"))]


TITLED: Mapping[Capability, Titled] = {
    Capability.PROGRESS: _bars,
    Capability.STUDENT_SUPPORT: _groups,
    Capability.CHALLENGING_OBJECTIVES: _objectives,
    Capability.ASSESSMENTS: _cards,
}

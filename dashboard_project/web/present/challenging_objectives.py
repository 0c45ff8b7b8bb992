"""Challenging objectives: the low ones under their parents, those without enough evidence apart, a table of all."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard_project.web.present.charts import share
from dashboard_project.web.present.look import PLAIN, Look
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import ChallengingObjectivesProjection, ObjectiveItem


@dataclass(frozen=True, slots=True)
class ObjectiveView:
    item: ObjectiveItem
    width: float
    depth: int
    """Of the list it stands in: at most 3, so that a narrow page keeps room for the title."""
    is_context: bool = False
    """Shown only because an objective under it is challenging."""


@dataclass(frozen=True, slots=True)
class ChallengingObjectivesBody:
    projection: ChallengingObjectivesProjection
    sort: str
    rows: tuple[ObjectiveView, ...]
    unproven: tuple[ObjectiveItem, ...]
    every: tuple[ObjectiveView, ...]

    @property
    def known(self) -> int:
        """Objectives with enough evidence to be judged."""
        return len(self.every) - len(self.unproven)


MAX_DEPTH = 3


def body(
    projection: ChallengingObjectivesProjection, view: ViewState, _look: Look = PLAIN
) -> ChallengingObjectivesBody:
    items = projection.objectives
    return ChallengingObjectivesBody(
        projection=projection,
        sort=view.sort,
        rows=_by_proficiency(items) if view.sort == "proficiency" else _with_parents(items),
        unproven=tuple(item for item in items if not item.has_enough_evidence),
        every=tuple(_view(item) for item in items),
    )


def _view(item: ObjectiveItem, *, depth: int | None = None, is_context: bool = False) -> ObjectiveView:
    level = min(item.depth if depth is None else depth, MAX_DEPTH)
    return ObjectiveView(item, share(item.proficiency_pct or 0.0, 100), level, is_context)


def _by_proficiency(items: tuple[ObjectiveItem, ...]) -> tuple[ObjectiveView, ...]:
    low = [item for item in items if item.is_challenging]
    return tuple(_view(item, depth=0) for item in sorted(low, key=lambda item: item.proficiency_pct or 0.0))


def _with_parents(items: tuple[ObjectiveItem, ...]) -> tuple[ObjectiveView, ...]:
    """Outline order, with the ancestors of every challenging objective as context; a cycle of parents ends."""
    by_key = {item.key: item for item in items}
    needed: set[str] = set()
    for item in items:
        key: str | None = item.key if item.is_challenging else None
        while key in by_key and key not in needed:
            needed.add(key)
            key = by_key[key].parent_key
    return tuple(_view(item, is_context=not item.is_challenging) for item in items if item.key in needed)

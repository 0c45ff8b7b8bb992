"""Challenging objectives: the low ones as a tree, those without enough evidence apart, and all of them in a table.

In the order of the course a parent is opened and closed; by proficiency it is one flat list, lowest first.
"""

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
    """In the table: at most 3, so that a narrow page keeps room for the title."""
    is_context: bool = False
    """Shown only because an objective under it is challenging."""
    children: tuple[ObjectiveView, ...] = ()


@dataclass(frozen=True, slots=True)
class ChallengingObjectivesBody:
    projection: ChallengingObjectivesProjection
    sort: str
    rows: tuple[ObjectiveView, ...]
    """The top of the tree, or the flat list."""
    unproven: tuple[ObjectiveItem, ...]
    every: tuple[ObjectiveView, ...]

    @property
    def known(self) -> int:
        """Objectives with enough evidence to be judged."""
        return len(self.every) - len(self.unproven)


MAX_DEPTH = 3

type Children = dict[str | None, list[ObjectiveItem]]


def body(
    projection: ChallengingObjectivesProjection, view: ViewState, _look: Look = PLAIN
) -> ChallengingObjectivesBody:
    items = projection.objectives
    return ChallengingObjectivesBody(
        projection=projection,
        sort=view.sort,
        rows=_by_proficiency(items) if view.sort == "proficiency" else _tree(items),
        unproven=tuple(item for item in items if not item.has_enough_evidence),
        every=tuple(_view(item) for item in items),
    )


def _view(item: ObjectiveItem, children: tuple[ObjectiveView, ...] = (), *, is_context: bool = False) -> ObjectiveView:
    return ObjectiveView(
        item, share(item.proficiency_pct or 0.0, 100), min(item.depth, MAX_DEPTH), is_context, children
    )


def _by_proficiency(items: tuple[ObjectiveItem, ...]) -> tuple[ObjectiveView, ...]:
    low = [item for item in items if item.is_challenging]
    return tuple(_view(item) for item in sorted(low, key=lambda item: item.proficiency_pct or 0.0))


def _tree(items: tuple[ObjectiveItem, ...]) -> tuple[ObjectiveView, ...]:
    """Outline order, with the ancestors of every challenging objective as context."""
    needed = _needed(items)
    children: Children = {}
    listed: set[str] = set()
    for item in items:
        if item.key in needed:
            # A parent comes before its children, as in the numbering; so a cycle of parents ends here.
            parent = item.parent_key if item.parent_key in listed else None
            children.setdefault(parent, []).append(item)
            listed.add(item.key)
    return _nodes(None, children)


def _needed(items: tuple[ObjectiveItem, ...]) -> set[str]:
    by_key = {item.key: item for item in items}
    needed: set[str] = set()
    for item in items:
        key: str | None = item.key if item.is_challenging else None
        while key in by_key and key not in needed:
            needed.add(key)
            key = by_key[key].parent_key
    return needed


def _nodes(parent: str | None, children: Children) -> tuple[ObjectiveView, ...]:
    """Context that leads to nothing (its child stands before it in a broken outline) is left out."""
    nodes = (
        _view(item, _nodes(item.key, children), is_context=not item.is_challenging) for item in children.get(parent, ())
    )
    return tuple(node for node in nodes if node.children or not node.is_context)

"""Challenging objectives: one numeric rule, printed everywhere (B4). Pure.

Challenging: class proficiency ≤ 40 % with at least 3 learners who have enough evidence. Objectives with fewer such
learners are listed apart: not enough evidence.
"""

from __future__ import annotations

from oracles.contract import OBJECTIVES
from oracles.payloads import ObjectiveRow, Objectives
from snapshot.contract import ChallengingObjectivesProjection, Facts, ObjectiveItem
from snapshot.numbers import exact, percent, share
from snapshot.proficiency import MODELS, Model, of_class
from snapshot.projections.material import Material

LIMIT = 40
ENOUGH_LEARNERS = 3


def derive(material: Material) -> ChallengingObjectivesProjection:
    payload = material.need(OBJECTIVES, Objectives)
    model = MODELS[material.metadata.semantics.proficiency_model]
    numbers = numbering(payload.rows)
    items = tuple(_item(row, numbers[row.key], model, payload.class_size) for row in payload.rows)
    return ChallengingObjectivesProjection(
        state=_state(items),
        class_size=payload.class_size,
        count=sum(item.is_challenging for item in items),
        objectives=items,
    )


def facts(projection: ChallengingObjectivesProjection) -> Facts:
    each = {
        f"challenging_objectives.{item.key}.proficiency_pct": item.proficiency_pct for item in projection.objectives
    }
    return {**each, "challenging_objectives.count": projection.count}


def class_values(material: Material) -> list[float] | None:
    """The unrounded class proficiency of every objective that has one; nothing while the answer is missing."""
    payload = material.find(OBJECTIVES, Objectives)
    if payload is None:
        return None
    model = MODELS[material.metadata.semantics.proficiency_model]
    values = (of_class(model, row.evidence)[0] for row in payload.rows)
    return [value for value in values if value is not None]


def numbering(rows: tuple[ObjectiveRow, ...]) -> dict[str, str]:
    """`1`, `1.1`, `1.2`, `2`: curriculum order under the nearest parent that is listed."""
    numbers: dict[str, str] = {}
    children: dict[str | None, int] = {}
    for row in rows:
        parent = row.parent_key if row.parent_key in numbers else None
        children[parent] = children.get(parent, 0) + 1
        numbers[row.key] = f"{numbers[parent]}.{children[parent]}" if parent else str(children[parent])
    return numbers


def _item(row: ObjectiveRow, number: str, model: Model, class_size: int) -> ObjectiveItem:
    value, n = of_class(model, row.evidence)
    is_enough = n >= ENOUGH_LEARNERS
    return ObjectiveItem(
        key=row.key,
        title=row.title,
        numbering=number,
        parent_key=row.parent_key,
        depth=row.depth,
        proficiency_pct=None if value is None else percent(value),
        n=n,
        coverage_pct=share(n, class_size),
        is_challenging=is_enough and value is not None and exact(value) <= LIMIT,
        has_enough_evidence=is_enough,
    )


def _state(items: tuple[ObjectiveItem, ...]) -> str:
    if not items:
        return "not_applicable"
    if any(item.is_challenging for item in items):
        return "populated"
    return "empty_low_proficiency" if any(item.has_enough_evidence for item in items) else "no_data"

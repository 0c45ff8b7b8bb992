"""Progress: how many learners have done at least so much of each direct child of the scope. Pure.

Completed counts come exact from the database for every threshold; nothing is binned (B3).
"""

from __future__ import annotations

from oracles.contract import PROGRESS, SCHEDULE_POSITION, SCOPE_RESOURCES
from oracles.payloads import THRESHOLDS, ChildItem, Progress, ProgressItem, SchedulePosition, ScopeResources
from snapshot.contract import Bar, Facts, ProgressProjection, ScheduleMarker
from snapshot.numbers import share
from snapshot.projections.material import Material

AXES = {"page": "pages", "unit": "units", "module": "modules"}


def derive(material: Material) -> ProgressProjection:
    progress = material.need(PROGRESS, Progress)
    resources = material.need(SCOPE_RESOURCES, ScopeResources)
    threshold = material.metadata.semantics.progress_threshold
    children = {child.key: child for child in resources.children}
    bars = tuple(
        _bar(children[item.key], item, progress.class_size, threshold)
        for item in progress.items
        if item.key in children
    )
    return ProgressProjection(
        axis=_axis(bars),
        class_size=progress.class_size,
        threshold=threshold,
        bars=bars,
        schedule=_schedule(material, bars),
        empty=_empty(bars, progress.class_size),
    )


def facts(projection: ProgressProjection) -> Facts:
    result: dict[str, int | float | None] = {}
    for bar in projection.bars:
        result[f"progress.{bar.key}.completed"] = bar.completed
        result[f"progress.{bar.key}.average_pct"] = bar.average_pct
    return result


def _bar(child: ChildItem, item: ProgressItem, class_size: int, threshold: int) -> Bar:
    completed = item.at_least[THRESHOLDS.index(threshold)]
    return Bar(
        key=item.key,
        title=child.title,
        kind=child.kind,
        completed=completed,
        completed_pct=share(completed, class_size),
        average_pct=share(item.total, class_size) if item.page_count else None,
        page_count=item.page_count,
    )


def _axis(bars: tuple[Bar, ...]) -> str:
    kinds = {bar.kind for bar in bars}
    return AXES.get(kinds.pop(), "content") if len(kinds) == 1 else "content"


def _schedule(material: Material, bars: tuple[Bar, ...]) -> ScheduleMarker | None:
    position = material.find(SCHEDULE_POSITION, SchedulePosition)
    if position is None or position.child_key not in {bar.key for bar in bars}:
        return None
    return ScheduleMarker(str(position.child_key), position.label)


def _empty(bars: tuple[Bar, ...], class_size: int) -> str:
    if not bars:
        return "no_scope_children"
    return "" if class_size else "no_students"

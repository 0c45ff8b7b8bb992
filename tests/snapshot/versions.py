"""A second version of one projection, as a later release would ship it beside the first: other fields, other facts.

The first calls a learner done who reaches the threshold; the second says how many are still on their way, under names
of its own. It also needs no schedule.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from oracles.contract import PROGRESS, SCOPE_RESOURCES
from snapshot.contract import Capability, Facts, ProgressProjection, Projection
from snapshot.projections import TABLE, in_force, progress
from snapshot.projections.material import Material
from snapshot.projections.rules import Rule, Table


class Lane(msgspec.Struct, frozen=True):
    key: str
    done: int
    under_way: int


class ProgressProjectionV2(Projection, frozen=True):
    lanes: tuple[Lane, ...]


def derive_v2(material: Material) -> ProgressProjectionV2:
    found = progress.derive(material)
    lanes = (Lane(bar.key, bar.completed, found.class_size - bar.completed) for bar in found.bars)
    return ProgressProjectionV2(tuple(lanes))


def derive_renamed(material: Material) -> ProgressProjection:
    """The first version's fields; every title begins with its number."""
    found = progress.derive(material)
    bars = (msgspec.structs.replace(bar, title=f"{n}. {bar.title}") for n, bar in enumerate(found.bars, 1))
    return msgspec.structs.replace(found, bars=tuple(bars))


def facts_v2(projection: ProgressProjectionV2) -> Facts:
    return {f"progress.{lane.key}.under_way": lane.under_way for lane in projection.lanes}


V2 = Rule(frozenset({PROGRESS, SCOPE_RESOURCES}), frozenset(), derive_v2, facts_v2, ProgressProjectionV2)
RENAMED = replace(TABLE[Capability.PROGRESS, 1], derive=derive_renamed)
BOTH: Table = {**TABLE, (Capability.PROGRESS, 2): V2}
"""The table after the release."""
SHIPPED = in_force({Capability.PROGRESS: 2}, BOTH)
"""What is in force after it, where nobody chooses otherwise."""
GROWN = in_force({Capability.PROGRESS: 2}, {**TABLE, (Capability.PROGRESS, 2): RENAMED})
"""A version that changed what it says and kept its shape."""
PINNED = in_force({Capability.PROGRESS: 1}, BOTH)
"""What a consumer asks for that has not moved yet."""


def completed_of(projection: Projection) -> dict[str, int]:
    """A consumer of the first version: it reads the first version's fields and knows no other."""
    assert isinstance(projection, ProgressProjection)
    return {bar.key: bar.completed for bar in projection.bars}

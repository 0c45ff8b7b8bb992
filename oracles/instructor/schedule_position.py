"""Which direct child of the scope is the calendar at?

The child whose dates contain now (both ends count; the one that ends first wins); else the next to start; else the
last to have ended. A missing start or end is open; a child without any date is not on the calendar. Pages use
`available_from` and `due_at`. Among equals the first in the outline wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from oracles.contract import OracleContext
from oracles.instructor import outline
from oracles.instructor.outline import Branch, Leaf
from oracles.payloads import SchedulePosition

ALWAYS_BEFORE = datetime.min.replace(tzinfo=UTC)
ALWAYS_AFTER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Slot:
    """A child's place on the calendar."""

    key: str
    label: str
    starts_at: datetime | None
    ends_at: datetime | None

    @property
    def opens(self) -> datetime:
        return self.starts_at or ALWAYS_BEFORE

    @property
    def closes(self) -> datetime:
        return self.ends_at or ALWAYS_AFTER


def load(context: OracleContext) -> SchedulePosition:
    """The child the calendar is at, or no key when no child has a date. Two statements."""
    children = outline.read(context).children(context.scope.container_id)
    slot = at([_slot(child) for child in children], context.now)
    if slot is None:
        return SchedulePosition()
    return SchedulePosition(slot.key, slot.label, slot.starts_at, slot.ends_at)


def at(slots: Sequence[Slot], now: datetime) -> Slot | None:
    """The slot that `now` belongs to, by the rules above; pure."""
    dated = [slot for slot in slots if slot.starts_at or slot.ends_at]
    if current := [slot for slot in dated if slot.opens <= now <= slot.closes]:
        return min(current, key=lambda slot: slot.closes)
    if upcoming := [slot for slot in dated if slot.opens > now]:
        return min(upcoming, key=lambda slot: slot.opens)
    return max(dated, key=lambda slot: slot.closes, default=None)


def _slot(child: Branch | Leaf) -> Slot:
    if isinstance(child, Leaf):
        return Slot(child.key, child.title, child.available_from, child.due_at)
    return Slot(child.key, child.title, child.starts_at, child.ends_at)

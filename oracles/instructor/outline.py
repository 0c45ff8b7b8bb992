"""The visible outline of a section: its containers, and the pages of the scope. Two statements, then plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from oracles.contract import OracleContext
from oracles.instructor.asking import visible_containers, visible_pages


class Branch(NamedTuple):
    """A visible container."""

    id: int
    parent: int | None
    key: str
    title: str
    kind: str
    position: int
    last_position: int
    starts_at: datetime | None
    ends_at: datetime | None


class Leaf(NamedTuple):
    """A visible page of the scope."""

    parent: int | None
    key: str
    title: str
    position: int
    graded: bool
    weight: float | None
    available_from: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outline:
    """Containers by id (the whole section's, so that titles above a scope are known), pages; both in reading order."""

    branches: dict[int, Branch]
    leaves: tuple[Leaf, ...]

    def children(self, container_id: int | None) -> list[Branch | Leaf]:
        """What stands directly under a container (under the course: `None`), in reading order."""
        found: list[Branch | Leaf] = [branch for branch in self.branches.values() if branch.parent == container_id]
        found += [leaf for leaf in self.leaves if leaf.parent == container_id]
        return sorted(found, key=lambda child: child.position)

    def titles_down_to(self, container_id: int | None) -> tuple[str, ...]:
        """Titles from the outermost container to this one; none for the course."""
        return tuple(reversed([branch.title for branch in self._upwards(container_id)]))

    def page_count(self, child: Branch | Leaf) -> int:
        """How many visible pages stand in it; a page counts itself."""
        if isinstance(child, Leaf):
            return 1
        return sum(child.position <= leaf.position <= child.last_position for leaf in self.leaves)

    def _upwards(self, container_id: int | None) -> Iterator[Branch]:
        # A hidden container ends the walk: nothing under it is visible.
        branch = self.branches.get(container_id or 0)
        while branch is not None:
            yield branch
            branch = self.branches.get(branch.parent or 0)


def read(context: OracleContext) -> Outline:
    """The outline as it is now."""
    branches = visible_containers(context).values_list(
        "id", "parent_id", "key", "title", "kind", "position", "last_position", "starts_at", "ends_at"
    )
    leaves = visible_pages(context).values_list(
        "container_id", "key", "title", "position", "graded", "weight", "available_from", "due_at"
    )
    return Outline({row[0]: Branch(*row) for row in branches}, tuple(Leaf(*row) for row in leaves))

"""A section record as flat, numbered rows. Pure.

Numbering is preorder: a container, then its own pages, then its sub-containers. A node's span reaches to the last
node under it, so a scope is `position BETWEEN position AND last_position`. Objectives are numbered the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.errors import InvalidStructure
from ingest.records import ContainerRecord, ObjectiveRecord, PageRecord, SectionRecord

DEEPEST = 40


@dataclass(frozen=True, slots=True)
class ContainerNode:
    record: ContainerRecord
    parent: str | None
    position: int
    last_position: int
    depth: int


@dataclass(frozen=True, slots=True)
class PageNode:
    record: PageRecord
    container: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ObjectiveNode:
    record: ObjectiveRecord
    parent: str | None
    position: int
    last_position: int
    depth: int


@dataclass(slots=True)
class Outline:
    """Every node of a section, parents before children."""

    containers: list[ContainerNode] = field(default_factory=list)
    pages: list[PageNode] = field(default_factory=list)
    objectives: list[ObjectiveNode] = field(default_factory=list)
    end: int = 0
    """First position after the last node."""


def outline(record: SectionRecord) -> Outline:
    """The section's nodes with their positions."""
    numbered = Outline()
    position = _pages(numbered, record.pages, None, 1)
    for container in record.containers:
        position = _container(numbered, container, None, position, 0)
    numbered.end = position
    place = 1
    for objective in record.objectives:
        place = _objective(numbered, objective, None, place, 0)
    return numbered


def _pages(numbered: Outline, pages: Sequence[PageRecord], container: str | None, position: int) -> int:
    numbered.pages.extend(PageNode(page, container, position + place) for place, page in enumerate(pages))
    return position + len(pages)


def _container(numbered: Outline, record: ContainerRecord, parent: str | None, position: int, depth: int) -> int:
    _refuse_bottomless("container", record.key, depth)
    place = len(numbered.containers)
    numbered.containers.append(ContainerNode(record, parent, position, position, depth))
    after = _pages(numbered, record.pages, record.key, position + 1)
    for child in record.containers:
        after = _container(numbered, child, record.key, after, depth + 1)
    numbered.containers[place] = ContainerNode(record, parent, position, after - 1, depth)
    return after


def _objective(numbered: Outline, record: ObjectiveRecord, parent: str | None, position: int, depth: int) -> int:
    _refuse_bottomless("objective", record.key, depth)
    place = len(numbered.objectives)
    numbered.objectives.append(ObjectiveNode(record, parent, position, position, depth))
    after = position + 1
    for child in record.children:
        after = _objective(numbered, child, record.key, after, depth + 1)
    numbered.objectives[place] = ObjectiveNode(record, parent, position, after - 1, depth)
    return after


def _refuse_bottomless(kind: str, key: str, depth: int) -> None:
    if depth >= DEEPEST:
        raise InvalidStructure(f"{kind} {key!r}: expected at most {DEEPEST} levels")

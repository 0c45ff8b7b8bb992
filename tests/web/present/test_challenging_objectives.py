"""The objectives tile: a tree of the low ones with their parents, whatever the outline looks like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_project.web.present import challenging_objectives
from dashboard_project.web.present.challenging_objectives import ObjectiveView
from dashboard_project.web.urlstate import ViewState
from snapshot.contract import ChallengingObjectivesProjection, ObjectiveItem


def item(key: str, parent: str | None, value: float | None, *, low: bool, enough: bool = True) -> ObjectiveItem:
    return ObjectiveItem(key, key.title(), key, parent, 0, value, 3, 75.0, low, enough)


@st.composite
def outlines(draw: st.DrawFn) -> tuple[ObjectiveItem, ...]:
    """Any parents at all: missing ones, later ones, circles."""
    keys = [f"o{n}" for n in range(draw(st.integers(0, 12)))]
    return tuple(
        item(
            key,
            draw(st.none() | st.sampled_from([*keys, "elsewhere"])),
            draw(st.none() | st.floats(0, 100)),
            low=draw(st.booleans()),
            enough=draw(st.booleans()),
        )
        for key in keys
    )


def body_of(
    items: tuple[ObjectiveItem, ...], sort: str = "curriculum"
) -> challenging_objectives.ChallengingObjectivesBody:
    projection = ChallengingObjectivesProjection("populated", 4, sum(each.is_challenging for each in items), items)
    return challenging_objectives.body(projection, ViewState(sort=sort))


def walk(rows: tuple[ObjectiveView, ...]) -> Iterator[ObjectiveView]:
    for row in rows:
        yield row
        yield from walk(row.children)


@pytest.mark.proves("ROW-T7", "UX-6")
@given(outlines())
def test_every_challenging_objective_stands_in_the_tree_once(items: tuple[ObjectiveItem, ...]) -> None:
    shown = [row.item.key for row in walk(body_of(items).rows) if not row.is_context]

    assert sorted(shown) == sorted(each.key for each in items if each.is_challenging)


@pytest.mark.proves("ROW-T7")
@given(outlines())
def test_nothing_else_is_there_but_what_leads_to_one(items: tuple[ObjectiveItem, ...]) -> None:
    for row in walk(body_of(items).rows):
        if row.is_context:
            assert any(not below.is_context for below in walk(row.children))


@pytest.mark.proves("ROW-T7")
def test_a_parent_is_there_for_the_sake_of_its_child() -> None:
    items = (item("o1", None, 84.0, low=False), item("o2", "o1", 20.0, low=True), item("o3", "o1", 90.0, low=False))

    (parent,) = body_of(items).rows

    assert (parent.item.key, parent.is_context) == ("o1", True)
    assert [(child.item.key, child.is_context) for child in parent.children] == [("o2", False)]


@pytest.mark.proves("ROW-T7")
@given(outlines())
def test_by_proficiency_the_lowest_comes_first_and_nothing_is_nested(items: tuple[ObjectiveItem, ...]) -> None:
    rows = body_of(items, "proficiency").rows

    values = [row.item.proficiency_pct or 0.0 for row in rows]
    assert values == sorted(values)
    assert len(rows) == sum(each.is_challenging for each in items)
    assert all(row.children == () for row in rows)


@pytest.mark.proves("UX-6")
@given(outlines())
def test_those_without_enough_evidence_stand_apart(items: tuple[ObjectiveItem, ...]) -> None:
    body = body_of(items)

    assert [each.key for each in body.unproven] == [each.key for each in items if not each.has_enough_evidence]
    assert body.known == len(items) - len(body.unproven)

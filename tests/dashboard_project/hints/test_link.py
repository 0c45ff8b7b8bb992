"""Hints of other processes: heard over the layer, lost and found again with it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from dashboard_project.hints.link import Link, Rhythm
from dashboard_project.hints.watch import Outside, SectionWatch
from dashboard_project.hints.wire import from_message, group_of, to_message
from ingest.hints import Hint
from oracles.contract import DataStamp, Scope, TenantId
from tests.dashboard_project.hints.fakes import Ear, FakeLayer, until
from tests.fakes import VirtualClock

HINT = Hint(TenantId(1), 2)
QUICK = Rhythm(beat=0.01, call=0.05, retry=0.01)


class Line:
    """What a link said."""

    def __init__(self, layer: FakeLayer) -> None:
        self.heard: list[Hint] = []
        self.changes: list[bool] = []
        self.link = Link(layer, self.heard.append, self.changes.append, QUICK)


@pytest.fixture
def layer() -> FakeLayer:
    return FakeLayer()


@pytest.fixture
async def line(layer: FakeLayer) -> AsyncIterator[Line]:
    line = Line(layer)
    yield line
    await line.link.close()


async def test_a_hint_to_a_group_that_was_joined_is_heard(layer: FakeLayer, line: Line) -> None:
    line.link.join(group_of(HINT))
    await until(lambda: bool(layer.groups[group_of(HINT)]))

    await layer.group_send(group_of(HINT), to_message(HINT))
    await until(lambda: bool(line.heard))

    assert line.heard == [HINT]


async def test_a_group_that_was_left_is_not(layer: FakeLayer, line: Line) -> None:
    line.link.join(group_of(HINT))
    await until(lambda: bool(layer.groups[group_of(HINT)]))

    line.link.leave(group_of(HINT))
    await until(lambda: not layer.groups[group_of(HINT)])
    await layer.group_send(group_of(HINT), to_message(HINT))
    await until(lambda: True in line.changes)

    assert line.heard == []


@pytest.mark.proves("P6", "reliability:R1")
async def test_a_line_that_is_cut_is_told_and_found_again_with_all_its_groups(layer: FakeLayer, line: Line) -> None:
    line.link.join(group_of(HINT))
    await until(lambda: line.changes == [True])

    layer.is_cut = True
    await until(lambda: line.changes == [True, False])
    layer.is_cut = False
    await until(lambda: line.changes == [True, False, True])
    await until(lambda: bool(layer.groups[group_of(HINT)]))
    await layer.group_send(group_of(HINT), to_message(HINT))
    await until(lambda: bool(line.heard))

    assert line.heard == [HINT]


@pytest.mark.proves("P6", "reliability:R1")
async def test_a_watch_says_that_hints_are_away_and_looks_for_itself_when_they_are_back(layer: FakeLayer) -> None:
    stamps = {"now": DataStamp()}

    async def stamp(_scope: Scope) -> DataStamp:
        return stamps["now"]

    watch = SectionWatch(Outside(stamp, VirtualClock(), lambda: 15.0, layer, QUICK))
    ear = Ear()
    layer.is_cut = True
    watch.follow(Scope(HINT.tenant_id, HINT.section_id), ear)
    await until(lambda: ear.delays == [True])

    layer.is_cut = False
    await until(lambda: ear.delays == [True, False])

    await watch.close()


def test_a_message_that_is_no_hint_is_none() -> None:
    assert from_message({"type": "beat"}) is None
    assert from_message({"type": "hint", "tenant": "1", "section": 2}) is None
    assert from_message(to_message(HINT)) == HINT

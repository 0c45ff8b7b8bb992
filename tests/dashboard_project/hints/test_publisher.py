"""Hints leave: to the dashboards of this process always, to others when there is a layer that answers."""

from __future__ import annotations

import asyncio
from threading import Thread

import pytest

from dashboard_project.hints.process import ProcessHints
from dashboard_project.hints.publisher import Publisher
from dashboard_project.hints.watch import Outside
from ingest.hints import Hint
from oracles.contract import DataStamp, Scope, TenantId
from tests.dashboard_project.hints.fakes import Ear, FakeLayer, until
from tests.fakes import VirtualClock

HINT = Hint(TenantId(4), 9)


def test_a_hint_goes_to_its_own_group_and_says_ids_only() -> None:
    layer = FakeLayer()
    heard: list[Hint] = []

    Publisher(heard.append, layer, lambda: 0.0).publish(HINT)

    assert heard == [HINT]
    assert layer.sent == [("section.4.9", {"type": "hint", "tenant": 4, "section": 9})]


def test_without_a_layer_it_stays_in_the_process() -> None:
    heard: list[Hint] = []

    Publisher(heard.append, None, lambda: 0.0).publish(HINT)

    assert heard == [HINT]


def test_a_layer_that_is_away_is_asked_three_times_and_then_now_and_then() -> None:
    layer, time = FakeLayer(), [0.0]
    publisher = Publisher(lambda _: None, layer, lambda: time[0])
    layer.is_cut = True

    for _ in range(3):
        with pytest.raises(ConnectionError):
            publisher.publish(HINT)
    publisher.publish(HINT)
    layer.is_cut = False
    publisher.publish(HINT)
    assert layer.sent == []

    time[0] += 3
    publisher.publish(HINT)

    assert len(layer.sent) == 1


async def test_a_writer_in_another_thread_reaches_the_dashboards_of_the_loop() -> None:
    stamps = [DataStamp()]

    async def stamp(_scope: Scope) -> DataStamp:
        return stamps[-1]

    clock = VirtualClock()
    hints = ProcessHints(lambda: Outside(stamp, clock, lambda: 15.0), lambda hear: Publisher(hear, None, lambda: 0.0))
    ear = Ear()
    hints.watch().follow(Scope(HINT.tenant_id, HINT.section_id), ear)
    await clock.pass_time(1)

    stamps.append(DataStamp(progress=1))
    writer = Thread(target=hints.publish, args=[HINT])
    writer.start()
    await until(lambda: ear.stamps[-1:] == [DataStamp(progress=1)])

    await asyncio.to_thread(writer.join)
    await hints.watch().close()

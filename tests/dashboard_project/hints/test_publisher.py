"""Hints leave: to the dashboards of this process always, to others when there is a layer that answers."""

from __future__ import annotations

import asyncio
from threading import Thread

from dashboard_project.hints.courier import Courier
from dashboard_project.hints.process import ProcessHints
from dashboard_project.hints.publisher import Publisher
from dashboard_project.hints.watch import Outside
from ingest.hints import Hint
from oracles.contract import DataStamp, Scope, TenantId
from tests.dashboard_project.hints.fakes import Ear, FakeLayer, until
from tests.fakes import VirtualClock

HINT = Hint(TenantId(4), 9)


def test_without_a_courier_it_stays_in_the_process() -> None:
    heard: list[Hint] = []
    publisher = Publisher(heard.append, None)

    publisher.publish(HINT)
    publisher.close()

    assert heard == [HINT]


def test_with_one_it_goes_to_others_too() -> None:
    layer = FakeLayer()
    heard: list[Hint] = []
    publisher = Publisher(heard.append, Courier(layer, lambda: 0.0))

    publisher.publish(HINT)
    publisher.close()

    assert (heard, len(layer.sent)) == ([HINT], 1)


async def test_a_writer_in_another_thread_reaches_the_dashboards_of_the_loop() -> None:
    stamps = [DataStamp()]

    async def stamp(_scope: Scope) -> DataStamp:
        return stamps[-1]

    clock = VirtualClock()
    hints = ProcessHints(lambda: Outside(stamp, clock, lambda: 15.0), lambda hear: Publisher(hear, None))
    ear = Ear()
    hints.watch().follow(Scope(HINT.tenant_id, HINT.section_id), ear)
    await clock.pass_time(1)

    stamps.append(DataStamp(progress=1))
    writer = Thread(target=hints.publish, args=[HINT])
    writer.start()
    await until(lambda: ear.stamps[-1:] == [DataStamp(progress=1)])

    await asyncio.to_thread(writer.join)
    await hints.watch().close()

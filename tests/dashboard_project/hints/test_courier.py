"""Hints are carried to other processes, and nobody waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from dashboard_project.hints.courier import Courier
from dashboard_project.hints.wire import Message
from ingest.hints import Hint
from oracles.contract import TenantId
from tests.dashboard_project.hints.fakes import FakeLayer

HINT = Hint(TenantId(4), 9)


class SlowLayer(FakeLayer):
    """Sends nothing until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = threading.Event()
        self.may_go = threading.Event()

    async def group_send(self, group: str, message: Message) -> None:
        self.is_asked.set()
        await asyncio.to_thread(self.may_go.wait)
        await super().group_send(group, message)


@pytest.fixture
def slow() -> Iterator[SlowLayer]:
    layer = SlowLayer()
    yield layer
    layer.may_go.set()


def test_a_hint_goes_to_its_own_group_and_says_ids_only() -> None:
    layer = FakeLayer()
    courier = Courier(layer, lambda: 0.0)

    courier.carry(HINT)
    courier.close()

    assert layer.sent == [("section.4.9", {"type": "hint", "tenant": 4, "section": 9})]


def test_a_writer_does_not_wait_for_a_layer_that_does_not_answer(slow: SlowLayer) -> None:
    """R17: a hint may be lost or late; the write it speaks of is neither."""
    courier = Courier(slow, lambda: 0.0)

    courier.carry(HINT)

    assert slow.is_asked.wait(10)  # by another thread: this one has come back
    assert slow.sent == []
    slow.may_go.set()
    courier.close()
    assert len(slow.sent) == 1


def test_a_section_that_moves_again_before_its_hint_has_gone_is_told_of_once(slow: SlowLayer) -> None:
    courier = Courier(slow, lambda: 0.0)
    courier.carry(Hint(TenantId(4), 1))
    assert slow.is_asked.wait(10)

    for _ in range(50):
        courier.carry(HINT)
    slow.may_go.set()
    courier.close()

    assert [group for group, _ in slow.sent] == ["section.4.1", "section.4.9"]


def test_only_so_many_sections_wait(slow: SlowLayer) -> None:
    courier = Courier(slow, lambda: 0.0, most_waiting=3)
    courier.carry(Hint(TenantId(4), 0))
    assert slow.is_asked.wait(10)

    for number in range(1, 9):
        courier.carry(Hint(TenantId(4), number))
    slow.may_go.set()
    courier.close()

    assert [group for group, _ in slow.sent] == ["section.4.0", "section.4.1", "section.4.2", "section.4.3"]


def test_a_layer_that_is_away_is_asked_three_times_and_then_now_and_then() -> None:
    layer, time = FakeLayer(), [0.0]
    courier = Courier(layer, lambda: time[0])

    def carry() -> None:
        courier.carry(HINT)
        courier.close()

    layer.is_cut = True
    for _ in range(3):
        carry()
    layer.is_cut = False
    carry()
    assert layer.sent == []

    time[0] += 3
    carry()

    assert len(layer.sent) == 1


def test_after_its_end_no_thread_is_left_and_the_next_hint_begins_another() -> None:
    layer = FakeLayer()
    courier = Courier(layer, lambda: 0.0)
    before = set(threading.enumerate())

    for _ in range(2):
        courier.carry(HINT)
        courier.close()
        assert set(threading.enumerate()) <= before

    assert len(layer.sent) == 2

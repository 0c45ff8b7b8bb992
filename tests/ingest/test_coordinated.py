"""The intake on the coordinator: an answer waits for the commit, too much is refused, nothing taken is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event

import pytest

from coordinator.writes.breaker import BreakerPolicy, BreakerState
from coordinator.writes.contract import BatchReport, End, Outcome, SinkUnavailable
from coordinator.writes.options import Options
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.write_coordinator import WriteCoordinator
from ingest.coordinated import CoordinatedIntake
from ingest.pipeline import Draining, Full, Unavailable
from ingest.placing import Placed
from oracles.contract import TenantId
from tests.ingest.records import event

LAKESIDE, HARBOUR = TenantId(1), TenantId(2)


class GatedSink:
    """Writes when the gate is open, and remembers what."""

    def __init__(self) -> None:
        self.gate = Event()
        self.gate.set()
        self.entered = Event()
        self.written: list[int] = []
        self.is_away = False

    def write(self, batch: Sequence[Placed]) -> BatchReport:
        self.entered.set()
        assert self.gate.wait(10)
        if self.is_away:
            raise SinkUnavailable("away")
        self.written += [placed.record.event_id.int for placed in batch]
        return BatchReport((Outcome.WRITTEN,) * len(batch))


def some(*numbers: int, tenant_id: TenantId = LAKESIDE) -> list[Placed]:
    return [Placed(tenant_id, 1, "algebra", event(number)) for number in numbers]


@contextmanager
def taking(
    sink: GatedSink, *, capacity: int = 100, answer_seconds: float = 10.0, breaker: BreakerPolicy | None = None
) -> Iterator[CoordinatedIntake]:
    def make() -> WriteCoordinator[Placed]:
        return WriteCoordinator(
            sink,
            capacity=capacity,
            workers=2,
            flush_interval=0.0,
            overflow_strategy="error",
            retry_policy=RetryPolicy(max_attempts=1),
            options=Options(
                tenant_of=lambda placed: str(placed.tenant_id), tenant_share=0.5, breaker=breaker or BreakerPolicy()
            ),
        )

    intake = CoordinatedIntake(make, answer_seconds=answer_seconds)
    try:
        yield intake
    finally:
        sink.gate.set()
        intake.close()


@pytest.mark.proves("P1")
async def test_an_answer_waits_until_its_events_are_written() -> None:
    sink = GatedSink()
    with taking(sink) as intake:
        sink.gate.clear()
        submitting = asyncio.create_task(intake.submit(LAKESIDE, some(1, 2)))
        await asyncio.to_thread(sink.entered.wait, 10)
        was_done = submitting.done()
        sink.gate.set()

        endings = await submitting

    assert not was_done
    assert ([ending.end for ending in endings], sink.written) == ([End.WRITTEN] * 2, [1, 2])


async def test_an_answer_nobody_waits_for_is_written_all_the_same() -> None:
    sink = GatedSink()
    with taking(sink) as intake:
        sink.gate.clear()
        submitting = asyncio.create_task(intake.submit(LAKESIDE, some(1)))
        await asyncio.to_thread(sink.entered.wait, 10)
        submitting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await submitting

    assert sink.written == [1]


async def test_an_answer_does_not_wait_for_ever() -> None:
    sink = GatedSink()
    with taking(sink, answer_seconds=0.01) as intake:
        sink.gate.clear()

        with pytest.raises(Unavailable):
            await intake.submit(LAKESIDE, some(1))

    assert sink.written == [1]


async def given_up(intake: CoordinatedIntake, sink: GatedSink) -> None:
    """The circuit is open, and nothing is queued that would ask the store again."""
    sink.is_away = True
    (ending,) = await intake.submit(LAKESIDE, some(1))
    assert (ending.end, (await asyncio.to_thread(intake.health)).breaker) == (End.ABANDONED, BreakerState.OPEN)


@pytest.mark.proves("P7", "X-02")
async def test_while_the_circuit_is_open_the_sender_is_told_when_to_come_back() -> None:
    sink = GatedSink()
    with taking(sink, breaker=BreakerPolicy(failures=1, cooldown=60)) as intake:
        await given_up(intake, sink)

        with pytest.raises(Unavailable) as refused:
            await intake.submit(LAKESIDE, some(2))

    assert 50 < refused.value.retry_after <= 60


@pytest.mark.proves("P7", "X-02")
async def test_after_the_cooldown_the_next_event_is_the_probe_even_when_none_was_left_waiting() -> None:
    sink = GatedSink()
    with taking(sink, breaker=BreakerPolicy(failures=1, cooldown=0)) as intake:
        await given_up(intake, sink)
        sink.is_away = False

        (ending,) = await intake.submit(LAKESIDE, some(2))

    assert (ending.end, sink.written) == (End.WRITTEN, [2])


@pytest.mark.proves("reliability:R11", "X-02")
async def test_above_the_high_watermark_nothing_is_taken_until_below_the_low_one() -> None:
    sink = GatedSink()
    with taking(sink, capacity=10) as intake:
        sink.gate.clear()
        tenants = (LAKESIDE, HARBOUR)
        held = [asyncio.create_task(intake.submit(tenant, some(*range(1, 5), tenant_id=tenant))) for tenant in tenants]
        await asyncio.sleep(0)
        level = await asyncio.to_thread(intake.health)
        with pytest.raises(Full) as refused:
            await intake.submit(LAKESIDE, some(9))
        sink.gate.set()
        await asyncio.gather(*held)

        endings = await intake.submit(LAKESIDE, some(9))

    assert (level.queue_size + level.in_flight, refused.value.retry_after >= 1) == (8, True)
    assert [ending.end for ending in endings] == [End.WRITTEN]


@pytest.mark.proves("F-02")
async def test_one_institution_that_floods_leaves_room_for_another() -> None:
    sink = GatedSink()
    with taking(sink, capacity=20) as intake:
        sink.gate.clear()
        flood = asyncio.create_task(intake.submit(LAKESIDE, some(*range(1, 11))))
        await asyncio.to_thread(sink.entered.wait, 10)
        with pytest.raises(Full):
            await intake.submit(LAKESIDE, some(*range(11, 16)))
        other = asyncio.create_task(intake.submit(HARBOUR, some(1, tenant_id=HARBOUR)))
        sink.gate.set()

        endings = await other
        await flood

    assert [ending.end for ending in endings] == [End.WRITTEN]


async def test_what_could_not_be_written_is_not_called_stored() -> None:
    sink = GatedSink()
    sink.is_away = True
    with taking(sink) as intake:
        endings = await intake.submit(LAKESIDE, some(1))

    assert [(ending.end, ending.code) for ending in endings] == [(End.ABANDONED, "exhausted")]


async def test_while_draining_nothing_is_taken() -> None:
    sink = GatedSink()
    draining = Event()
    intake = CoordinatedIntake(lambda: WriteCoordinator(sink), draining.is_set)
    draining.set()

    with pytest.raises(Draining):
        await intake.submit(LAKESIDE, some(1))

    intake.close()
    assert sink.written == []


async def test_nobody_submits_for_somebody_else() -> None:
    with taking(GatedSink()) as intake, pytest.raises(ValueError, match="tenant 2"):
        await intake.submit(HARBOUR, some(1))


async def test_closing_writes_what_was_taken_and_balances() -> None:
    sink = GatedSink()
    with taking(sink) as intake:
        await intake.submit(LAKESIDE, some(1, 2, 3))
        balance = intake.health().balance

    assert (balance.accepted, balance.written, balance.is_even) == (3, 3, True)

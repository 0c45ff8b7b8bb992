"""A batch that fails is tried again, within its bounds of attempts and of time."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.breaker import BreakerPolicy
from coordinator.writes.contract import End, PartlyWritten, RecordRejected, SinkUnavailable
from coordinator.writes.policy import RetryPolicy
from tests.coordinator.writes.bench import Bench, names, tenant_of
from tests.fakes import breathe

STEADY = RetryPolicy(jitter=False)


@pytest.mark.proves("R-01")
async def test_a_batch_is_tried_again_after_each_backoff(bench: Bench) -> None:
    coordinator = await bench.running(flush_interval=0, retry_policy=STEADY)
    bench.store.troubles += [TimeoutError()] * 3
    began = bench.clock.now()

    await coordinator.submit("one")
    await bench.clock.pass_time(1)

    assert [round(at - began, 3) for at in bench.store.called_at] == [0.0, 0.05, 0.15, 0.35]
    assert bench.store.rows == ["one"]


@pytest.mark.proves("R-01")
async def test_attempts_are_bounded_and_the_record_is_kept_with_its_story(bench: Bench) -> None:
    coordinator = await bench.running({"breaker": BreakerPolicy(failures=100)}, retry_policy=STEADY)
    bench.store.is_away = True

    endings = await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(["one"])))

    assert len(bench.store.calls) == 5
    letter = bench.letters.kept[0]
    assert (letter.code, letter.error_class, letter.attempts) == ("exhausted", "ConnectionResetError", 5)
    assert [ending.end for ending in endings] == [End.DEAD_LETTERED]


@pytest.mark.proves("R-03")
async def test_time_is_bounded_too(bench: Bench) -> None:
    policy = RetryPolicy(max_attempts=1000, max_elapsed=10, jitter=False)
    coordinator = await bench.running({"breaker": BreakerPolicy(failures=1000)}, retry_policy=policy)
    bench.store.is_away = True
    await coordinator.submit("one")

    await bench.clock.pass_time(9)
    assert not bench.letters.kept
    await bench.clock.pass_time(5)

    assert [letter.code for letter in bench.letters.kept] == ["expired"]


@pytest.mark.proves("R-04")
async def test_a_sink_may_say_when_to_come_back(bench: Bench) -> None:
    coordinator = await bench.running(flush_interval=0)
    bench.store.troubles.append(SinkUnavailable(retry_after=30))
    await coordinator.submit("one")

    await bench.clock.pass_time(29)
    assert len(bench.store.calls) == 1
    await bench.clock.pass_time(2)

    assert bench.store.rows == ["one"]


@pytest.mark.proves("R-05", "S-02")
async def test_a_stop_does_not_wait_for_a_backoff_beyond_its_deadline(bench: Bench) -> None:
    coordinator = await bench.running(flush_interval=0)
    bench.store.troubles.append(SinkUnavailable(retry_after=3600))
    await coordinator.submit("one")
    await breathe()

    report = await bench.in_time(asyncio.ensure_future(coordinator.stop(timeout=2)), seconds=4)

    assert report.seconds <= 2
    assert bench.letters.codes == {"shutdown": 1}


@pytest.mark.proves("R-05")
async def test_nothing_but_the_tenant_itself_waits_for_a_backoff(bench: Bench) -> None:
    coordinator = await bench.running({"tenant_of": tenant_of}, workers=1)
    bench.store.troubles.append(SinkUnavailable(retry_after=3600))
    await coordinator.submit("a:1")
    await bench.clock.pass_time(1)

    await coordinator.submit("b:1")
    await bench.clock.pass_time(1)

    assert bench.store.rows == ["b:1"]


@pytest.mark.proves("R-06")
async def test_where_the_sink_names_the_failed_ones_only_those_are_tried_again(bench: Bench) -> None:
    coordinator = await bench.running(flush_interval=0)
    bench.store.troubles.append(PartlyWritten({1: TimeoutError(), 3: RecordRejected("no")}))

    endings = await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(names(5))))

    assert bench.store.calls == [("0", "1", "2", "3", "4"), ("1",)]
    assert [ending.end for ending in endings] == [
        End.WRITTEN, End.WRITTEN, End.WRITTEN, End.DEAD_LETTERED, End.WRITTEN,
    ]  # fmt: skip


@pytest.mark.proves("R-02")
async def test_a_report_of_the_wrong_length_is_a_fault_of_the_sink_and_nothing_is_lost(bench: Bench) -> None:
    async def write(batch: tuple[str, ...]) -> object:
        bench.store.calls.append(batch)
        return await original(batch[:-1]) if len(batch) > 1 else None

    original = bench.store.write
    bench.store.write = write  # type: ignore[method-assign,assignment]
    coordinator = await bench.running()

    endings = await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(names(4))))

    assert {ending.end for ending in endings} <= {End.WRITTEN, End.DEDUPLICATED}

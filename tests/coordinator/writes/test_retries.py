"""What becomes of a batch that fails: tried again, searched, given up."""

from __future__ import annotations

import asyncio

import pytest

from coordinator.writes.breaker import BreakerPolicy, BreakerState
from coordinator.writes.contract import End, PartlyWritten, RecordRejected, SinkUnavailable
from coordinator.writes.policy import RetryPolicy
from tests.coordinator.writes.bench import Bench, names, tenant_of, until
from tests.fakes import breathe

STEADY = RetryPolicy(jitter=False)


class SqlError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


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


# ---- poison


@pytest.mark.proves("P-01")
async def test_one_bad_record_of_500_costs_19_writes_and_no_neighbour(bench: Bench) -> None:
    coordinator = await bench.running(workers=1)
    bench.store.bad = {"123"}

    await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(names(500))))

    assert len(bench.store.rows) == 499
    assert bench.letters.records == ["123"]
    assert len(bench.store.calls) <= 19
    assert coordinator.health().breaker is BreakerState.CLOSED


@pytest.mark.proves("P-01")
async def test_a_store_that_goes_away_during_the_search_makes_nobody_a_dead_letter(bench: Bench) -> None:
    coordinator = await bench.running(workers=1, batch_size=8)
    bench.store.bad = {"7"}
    bench.store.gate = asyncio.Event()
    submitting = asyncio.ensure_future(coordinator.submit_and_wait(names(8)))
    await until(lambda: len(bench.store.calls) == 1)
    bench.store.gate.set()
    await until(lambda: len(bench.store.calls) >= 2)
    bench.store.troubles.append(ConnectionResetError())

    await bench.in_time(submitting)

    assert sorted(bench.store.rows) == names(7)
    assert bench.letters.records == ["7"]


@pytest.mark.proves("P-02")
async def test_where_most_are_bad_the_search_ends_and_the_tenant_waits(bench: Bench) -> None:
    coordinator = await bench.running(workers=1, retry_policy=RetryPolicy(max_attempts=2))
    bench.store.bad = set(names(500))
    await coordinator.submit_many(names(500))

    await bench.clock.pass_time(9)
    assert len(bench.store.calls) < 60
    assert not bench.letters.kept

    await bench.clock.pass_time(2)
    assert bench.letters.codes == {"poison_ratio": 500}


@pytest.mark.proves("P-02")
async def test_a_sink_that_was_mended_meanwhile_writes_everything(bench: Bench) -> None:
    coordinator = await bench.running(workers=1)
    bench.store.bad = set(names(500))
    await coordinator.submit_many(names(500))
    await bench.clock.pass_time(5)

    bench.store.bad = set()
    await bench.clock.pass_time(6)

    assert bench.store.rows == names(500)
    assert not bench.letters.kept


@pytest.mark.proves("F-03", "P-02")
async def test_a_poisoned_tenant_stops_no_other(bench: Bench) -> None:
    coordinator = await bench.running({"tenant_of": tenant_of}, workers=2, batch_size=50)
    bench.store.bad = set(names(200, "a:"))
    await coordinator.submit_many(names(200, "a:"))
    await bench.clock.pass_time(0.1)

    waiting = asyncio.ensure_future(coordinator.submit_and_wait(names(60, "b:")))
    await bench.clock.pass_time(0.5)

    assert waiting.done()
    assert sorted(bench.store.rows) == sorted(names(60, "b:"))
    assert coordinator.health().breaker is BreakerState.CLOSED


@pytest.mark.proves("F-03")
async def test_a_slow_tenant_never_has_all_workers(bench: Bench) -> None:
    hanging = asyncio.Event()
    write = bench.store.write

    async def slow_for_a(batch: tuple[str, ...]) -> object:
        if batch[0].startswith("a:"):
            await hanging.wait()
        return await write(batch)

    bench.store.write = slow_for_a  # type: ignore[method-assign,assignment]
    coordinator = await bench.running({"tenant_of": tenant_of}, workers=3, batch_size=10)
    await coordinator.submit_many(names(100, "a:"))
    await breathe()

    await coordinator.submit_many(names(10, "b:"))
    await until(lambda: bench.store.rows == names(10, "b:"))

    hanging.set()


# ---- the circuit


@pytest.mark.proves("C-01")
async def test_the_circuit_opens_parks_the_workers_lets_one_probe_pass_and_closes(bench: Bench) -> None:
    coordinator = await bench.running(
        {"breaker": BreakerPolicy(failures=3, cooldown=10)}, workers=4, batch_size=1, flush_interval=0
    )
    bench.store.is_away = True
    await coordinator.submit_many(names(8))
    await bench.clock.pass_time(1)
    assert coordinator.health().breaker is BreakerState.OPEN
    calls = len(bench.store.calls)

    await bench.clock.pass_time(8)
    assert len(bench.store.calls) == calls
    await coordinator.submit_many(names(4, "meanwhile "))
    bench.store.is_away = False
    await bench.clock.pass_time(3)

    assert coordinator.health().breaker is BreakerState.CLOSED
    assert len(bench.store.rows) == 12


@pytest.mark.proves("C-01")
async def test_a_flood_of_bad_records_leaves_the_circuit_closed(bench: Bench) -> None:
    coordinator = await bench.running({"breaker": BreakerPolicy(failures=1)}, batch_size=10)
    bench.store.bad = {f"{number}" for number in range(0, 100, 3)}

    await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(names(100))))

    assert coordinator.health().breaker is BreakerState.CLOSED
    assert len(bench.store.rows) == 66


@pytest.mark.proves("C-01")
async def test_a_statement_that_is_wrong_for_everybody_opens_the_circuit_at_once(bench: Bench) -> None:
    coordinator = await bench.running(workers=1)
    bench.store.troubles.append(SqlError("42P01"))
    await coordinator.submit_many(names(500))
    await bench.clock.pass_time(1)

    assert coordinator.health().breaker is BreakerState.OPEN
    assert len(bench.store.calls) == 1
    await bench.clock.pass_time(10)
    assert len(bench.store.rows) == 500


@pytest.mark.proves("C-01")
async def test_a_probe_whose_worker_dies_is_made_by_another(bench: Bench) -> None:
    coordinator = await bench.running({"breaker": BreakerPolicy(failures=1, cooldown=5)}, workers=1)
    bench.store.troubles.append(ConnectionResetError())
    await coordinator.submit("one")
    await bench.clock.pass_time(1)
    bench.store.gate = asyncio.Event()
    await bench.clock.pass_time(5)
    assert bench.store.under_way == 1

    [worker] = [task for task in asyncio.all_tasks() if task.get_name() == "sink worker"]
    worker.cancel()
    bench.store.gate.set()
    await bench.clock.pass_time(1)

    assert bench.store.rows == ["one"]


# ---- dead letters


@pytest.mark.proves("D-01")
async def test_while_the_dead_letters_store_is_away_the_fallback_keeps_them(bench: Bench) -> None:
    coordinator = await bench.running()
    bench.store.bad = {"bad"}
    bench.letters.is_broken = True

    endings = await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(["bad"])))

    assert bench.spool.records == ["bad"]
    assert endings[0].end is End.DEAD_LETTERED


@pytest.mark.proves("D-01")
async def test_dead_letters_that_hang_do_not_hold_a_worker_for_ever(bench: Bench) -> None:
    coordinator = await bench.running(workers=1)
    bench.store.bad = {"bad"}
    bench.letters.gate = asyncio.Event()
    await coordinator.submit("bad")

    await bench.clock.pass_time(11)

    assert bench.spool.records == ["bad"]
    assert coordinator.health().workers_alive == 1


@pytest.mark.proves("D-01", "S-03")
async def test_what_nobody_can_keep_is_abandoned_and_in_the_report(bench: Bench) -> None:
    coordinator = await bench.running()
    bench.store.bad = {"bad"}
    bench.letters.is_broken = bench.spool.is_broken = True

    endings = await bench.in_time(asyncio.ensure_future(coordinator.submit_and_wait(["bad", "good"])))
    report = await bench.in_time(asyncio.ensure_future(coordinator.stop()))

    assert [ending.end for ending in endings] == [End.ABANDONED, End.WRITTEN]
    assert (report.lost, report.balance.abandoned) == (("bad",), 1)


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

"""Random histories of a coordinator: whatever producers, store, clock and workers do, the books balance."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import count
from typing import Any, Literal
from unittest import TestCase

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from coordinator.writes.breaker import BreakerPolicy
from coordinator.writes.contract import CoordinatorClosed, Lane, QueueFullError, SinkUnavailable
from coordinator.writes.health import DrainReport, State
from coordinator.writes.policy import RetryPolicy
from coordinator.writes.receipts import Receipt
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.coordinator.writes.bench import Bench, tenant_of
from tests.fakes import breathe

CAPACITY = 12
TENANT_CAPACITY = 9
BATCH = 3
Submitting = asyncio.Task[tuple[Receipt, ...]]
Overflow = Literal["block", "drop_oldest", "drop_newest", "error"]
STRATEGIES: tuple[Overflow, ...] = ("block", "block", "drop_oldest", "drop_newest", "error")


class Histories(RuleBasedStateMachine):
    """One coordinator and everything that can happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.bench = Bench()
        self.numbers = count()
        self.submitting: list[tuple[Submitting, tuple[str, ...]]] = []
        self.told: list[str] = []
        self.dropped: list[str] = []
        self.stopping: list[asyncio.Task[DrainReport[str]]] = []
        self.coordinator: WriteCoordinator[str]

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize(overflow=st.sampled_from(STRATEGIES), workers=st.integers(1, 3), more=st.integers(0, 2))
    def begin(self, overflow: Overflow, workers: int, more: int) -> None:
        self.coordinator = self.bench.coordinator(
            {
                "tenant_of": tenant_of,
                "tenant_share": 0.75,
                "max_workers": workers + more,
                "breaker": BreakerPolicy(failures=3, cooldown=5),
            },
            capacity=CAPACITY,
            workers=workers,
            batch_size=BATCH,
            flush_interval=0.25,
            overflow_strategy=overflow,
            retry_policy=RetryPolicy(max_attempts=3),
            on_backpressure_high=lambda: self.told.append("high"),
            on_backpressure_low=lambda: self.told.append("low"),
            drop_callback=self.dropped.append,
        )
        self.run(self.coordinator.start())

    # ---- producers

    @rule(
        size=st.integers(1, 8),
        tenant=st.sampled_from("aab"),
        lane=st.sampled_from((Lane.LIVE, Lane.LIVE, Lane.BULK)),
        timeout=st.sampled_from((None, None, 0.5)),
        bad=st.integers(0, 20),
    )
    def submits(self, size: int, tenant: str, lane: Lane, timeout: float | None, bad: int) -> None:
        records = tuple(f"{tenant}:{next(self.numbers)}" for _ in range(size))
        if bad < size:
            self.bench.store.bad.add(records[bad])
        task = self.loop.create_task(self.coordinator.submit_many(records, lane=lane, timeout=timeout))
        self.submitting.append((task, records))
        self.run(breathe())

    @precondition(lambda self: any(not task.done() for task, _ in self.submitting))
    @rule(data=st.data())
    def a_producer_gives_up(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from([task for task, _ in self.submitting if not task.done()])).cancel()
        self.run(breathe())

    @rule()
    def flushes(self) -> None:
        self.loop.create_task(self.coordinator.flush()).add_done_callback(lambda task: task.exception())
        self.run(breathe())

    # ---- the store and the workers

    @rule(error=st.sampled_from((ConnectionResetError(), SinkUnavailable(retry_after=3.0), TimeoutError())))
    def store_stumbles(self, error: Exception) -> None:
        self.bench.store.troubles.append(error)

    @rule()
    def an_answer_will_be_lost(self) -> None:
        self.bench.store.late_troubles.append(ConnectionAbortedError())

    @rule(is_away=st.booleans())
    def store_goes_or_comes_back(self, is_away: bool) -> None:
        self.bench.store.is_away = is_away

    @rule(is_slow=st.booleans())
    def store_becomes_slow_or_quick(self, is_slow: bool) -> None:
        if self.bench.store.gate:
            self.bench.store.gate.set()
        self.bench.store.gate = asyncio.Event() if is_slow else None
        self.run(breathe())

    @rule(is_broken=st.booleans())
    def dead_letters_break_or_recover(self, is_broken: bool) -> None:
        self.bench.letters.is_broken = is_broken

    @precondition(lambda self: self.coordinator.state is State.RUNNING)
    @rule(data=st.data())
    def a_worker_is_killed(self, data: st.DataObject) -> None:
        workers = [task for task in asyncio.all_tasks(self.loop) if task.get_name() == "sink worker"]
        if workers:
            data.draw(st.sampled_from(sorted(workers, key=id))).cancel()
            self.run(breathe())

    # ---- time and the end

    @rule(seconds=st.sampled_from((0.1, 0.25, 1.0, 6.0)))
    def time_passes(self, seconds: float) -> None:
        self.run(self.bench.clock.pass_time(seconds))

    @precondition(lambda self: len(self.submitting) > 6)
    @rule(timeout=st.sampled_from((0.0, 0.5, 20.0)), drain=st.sampled_from((True, True, False)))
    def stops(self, timeout: float, drain: bool) -> None:
        self.stopping.append(self.loop.create_task(self.coordinator.stop(timeout=timeout, drain=drain)))
        self.run(breathe())

    # ---- what always holds

    @invariant()
    def books_balance(self) -> None:
        assert self.coordinator.health().balance.is_even, self.coordinator.health()
        assert "books_uneven" not in self.bench.log.events

    @invariant()
    def capacity_is_kept(self) -> None:
        level = self.coordinator.health()
        assert level.queue_size + level.in_flight <= CAPACITY

    @invariant()
    def what_was_promised_is_counted(self) -> None:
        """An independent count: what calls have returned, against the books. Cancelled calls may have got some in."""
        sure = sum(self._accepted(task, records) for task, records in self.submitting if task.done())
        open_ones = sum(len(records) for task, records in self.submitting if not task.done() or task.cancelled())
        assert sure <= self.coordinator.health().balance.accepted <= sure + open_ones

    @invariant()
    def nothing_is_written_twice(self) -> None:
        assert len(set(self.bench.store.rows)) == len(self.bench.store.rows)

    @invariant()
    def batches_are_of_one_tenant_and_no_longer_than_allowed(self) -> None:
        assert all(len({tenant_of(record) for record in call}) == 1 for call in self.bench.store.calls)
        assert all(len(call) <= BATCH for call in self.bench.store.calls)

    @invariant()
    def high_and_low_alternate(self) -> None:
        assert self.told == ["high", "low"] * (len(self.told) // 2) + ["high"] * (len(self.told) % 2)

    def teardown(self) -> None:
        self.run(self._end())
        self.loop.close()

    async def _end(self) -> None:
        if self.bench.store.gate:
            self.bench.store.gate.set()
        self.bench.store.gate = None
        stopping = asyncio.ensure_future(self.coordinator.stop(timeout=100))
        report = await self.bench.in_time(stopping, seconds=200)
        for task in self.stopping:
            assert await task == report
        await self._everything_has_one_end(report)

    async def _everything_has_one_end(self, report: DrainReport[str]) -> None:
        await asyncio.gather(*(task for task, _ in self.submitting), return_exceptions=True)
        balance = report.balance
        assert balance.is_even
        assert (balance.queued, balance.in_flight) == (0, 0)
        for task, records in self.submitting:
            self._check_receipts(task, records)
        ends = [*self.bench.store.rows, *self.dropped, *self.bench.letters.records, *self.bench.spool.records]
        promised = {
            record
            for task, records in self.submitting
            for record in records[: 0 if task.cancelled() else self._accepted(task, records)]
        }
        assert promised <= {*ends, *report.lost}

    @staticmethod
    def _check_receipts(task: Submitting, records: tuple[str, ...]) -> None:
        if not task.cancelled() and task.exception() is None:
            assert all(receipt.ending is not None for receipt in task.result())

    @staticmethod
    def _accepted(task: Submitting, records: tuple[str, ...]) -> int:
        if task.cancelled():
            return 0
        match task.exception():
            case None:
                return len(records)
            case QueueFullError() | CoordinatorClosed() as error:
                return error.accepted
            case error:
                raise error


def machine(*, runs: int) -> type[TestCase]:
    """The test case of these histories, run this often."""
    case: type[TestCase] = type(f"Histories{runs}", (Histories,), {}).TestCase  # type: ignore[attr-defined]
    case.settings = settings(  # type: ignore[attr-defined]
        max_examples=runs, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
    )
    return case


@pytest.mark.proves("Q-05", "Q-07", "Q-10", "M-02", "S-02", "S-03", "S-04", "B-04", "I-01")
class TestHistories(machine(runs=60)):  # type: ignore[misc]
    """The long form is `tests/faults/test_writes_long.py`."""

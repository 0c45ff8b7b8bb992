"""Blocking sinks, other threads, other loops, other processes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import pytest

from coordinator.writes.contract import BatchReport, CoordinatorClosed, End, Outcome, SinkUnavailable
from coordinator.writes.options import Options
from coordinator.writes.threads import SinkThreads
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.architecture.sources import ROOT


class BlockingStore:
    def __init__(self) -> None:
        self.rows: list[str] = []
        self.threads: set[int] = set()
        self.gate: threading.Event | None = None
        self.fails = 0

    def write(self, batch: Sequence[str]) -> BatchReport:
        self.threads.add(threading.get_ident())
        if self.gate:
            self.gate.wait(10)
        if self.fails:
            self.fails -= 1
            raise SinkUnavailable
        self.rows += batch
        return BatchReport((Outcome.WRITTEN,) * len(batch))


@pytest.mark.proves("I-01", "S-06")
async def test_a_blocking_sink_writes_in_threads_of_its_own() -> None:
    store = BlockingStore()
    store.fails = 2

    async with WriteCoordinator[str](store, flush_interval=0.001) as coordinator:
        endings = await asyncio.wait_for(coordinator.submit_and_wait(["1", "2"]), 10)

    assert [ending.end for ending in endings] == [End.WRITTEN, End.WRITTEN]
    assert threading.get_ident() not in store.threads


@pytest.mark.proves("S-06")
async def test_every_thread_says_goodbye_so_that_connections_can_be_closed() -> None:
    ended: list[int] = []
    done = threading.Event()

    def end() -> None:
        ended.append(threading.get_ident())
        done.set()

    store = BlockingStore()
    async with WriteCoordinator[str](store, flush_interval=0, options=Options(thread_end=end)) as coordinator:
        await asyncio.wait_for(coordinator.submit_and_wait(["1"]), 10)

    assert await asyncio.to_thread(done.wait, 10)
    assert set(ended) == store.threads


@pytest.mark.proves("S-02", "S-03")
async def test_a_blocking_sink_that_hangs_does_not_hold_up_the_end() -> None:
    store = BlockingStore()
    store.gate = threading.Event()
    coordinator: WriteCoordinator[str] = WriteCoordinator(store, flush_interval=0)
    await coordinator.start()
    await coordinator.submit("1")

    report = await asyncio.wait_for(coordinator.stop(timeout=0.2), 5)

    assert report.lost == ("1",)
    assert report.balance.is_even
    store.gate.set()


@pytest.mark.proves("S-06")
async def test_idle_threads_are_used_again() -> None:
    threads = SinkThreads()
    seen = {await threads.call(threading.get_ident) for _ in range(20)}
    together = await asyncio.gather(*(threads.call(lambda: time.sleep(0.01)) for _ in range(4)))

    assert len(seen) == 1
    assert together == [None] * 4
    threads.close()


@pytest.mark.proves("S-06")
async def test_another_thread_may_submit_and_wait() -> None:
    async with WriteCoordinator[str](BlockingStore(), flush_interval=0.001) as coordinator:

        def from_outside() -> list[End]:
            return [ending.end for ending in coordinator.submit_from_thread(["1", "2"]).result(10)]

        assert await asyncio.to_thread(from_outside) == [End.WRITTEN, End.WRITTEN]


@pytest.mark.proves("S-06")
async def test_another_loop_gets_a_clear_error() -> None:
    async with WriteCoordinator[str](BlockingStore()) as coordinator:

        def from_another_loop() -> str:
            with pytest.raises(RuntimeError) as refused:
                asyncio.run(coordinator.submit("1"))
            return str(refused.value)

        assert "submit_from_thread" in await asyncio.to_thread(from_another_loop)
        assert coordinator.health().balance.is_even


@pytest.mark.proves("S-06")
def test_no_thread_may_submit_to_what_does_not_run() -> None:
    coordinator: WriteCoordinator[str] = WriteCoordinator(BlockingStore())

    with pytest.raises(CoordinatorClosed):
        coordinator.submit_from_thread(["1"])


FORK = """
import asyncio, os
from coordinator.writes.write_coordinator import WriteCoordinator

class Store:
    def __init__(self): self.rows = []
    async def write(self, batch): self.rows += batch

store = Store()
coordinator = WriteCoordinator(store, flush_interval=60)

async def in_child():
    async with coordinator:
        await coordinator.submit("of the child")
    assert store.rows == ["of the child"], store.rows
    assert coordinator.health().balance.accepted == 1

async def in_parent():
    async with coordinator:
        await coordinator.submit("of the parent")
        child = os.fork()
        if not child:
            asyncio.events._set_running_loop(None)
            assert coordinator.state == "new", coordinator.state
            assert coordinator.health().balance.accepted == 0
            asyncio.set_event_loop(None)
            asyncio.run(in_child())
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.rows == ["of the parent"], store.rows

asyncio.run(in_parent())
print("both as expected")
"""


@pytest.mark.proves("S-06")
def test_a_forked_child_begins_anew_and_the_parents_items_stay_the_parents() -> None:
    result = subprocess.run(
        [sys.executable, "-c", FORK], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )

    assert result.stdout == "both as expected\n", result.stderr


EXIT = """
import asyncio, os, threading
import structlog
structlog.configure(logger_factory=structlog.PrintLoggerFactory(open(os.devnull, "w")))
from coordinator.writes.write_coordinator import WriteCoordinator

class Store:
    def write(self, batch): threading.Event().wait()

async def main():
    coordinator = WriteCoordinator(Store(), flush_interval=0)
    await coordinator.start()
    await coordinator.submit("1")
    await asyncio.sleep(0.05)
    report = await coordinator.stop(timeout=0.1)
    os.write(1, f"{len(report.lost)} lost\\n".encode())

asyncio.run(main())
"""


@pytest.mark.proves("S-05")
def test_a_sink_that_hangs_for_ever_does_not_keep_the_process_alive() -> None:
    result = subprocess.run(
        [sys.executable, "-c", EXIT], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )

    assert (result.returncode, result.stdout) == (0, "1 lost\n"), result.stderr


@pytest.mark.proves("B-02", "W-R1")
async def test_an_idle_coordinator_uses_no_processor_time() -> None:
    """Less than 50 ms a minute is less than 1 ms in these 1.2 s; the clock's grain may add another."""
    async with WriteCoordinator[str](BlockingStore()) as coordinator:
        await asyncio.wait_for(coordinator.submit_and_wait(["1"]), 10)
        began = time.thread_time()
        await asyncio.wait_for(_until(1.2), 10)
        used = time.thread_time() - began

    assert used < 0.002


async def _until(seconds: float) -> None:
    """Real time, on purpose: what is measured is what the loop does while nothing happens."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, done.set)
    await done.wait()

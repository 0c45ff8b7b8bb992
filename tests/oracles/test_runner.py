"""The runner on the project's database: SQLite here, PostgreSQL under `make test-postgresql`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from coordinator.clock import LoopClock
from courses.models import Section, SectionStamp
from oracles.clock import Clock
from oracles.contract import Failed, FailureReason, Loaded, OracleResult, Scope, TenantId
from oracles.payloads import SchedulePosition
from oracles.runner.pool import DatabaseThreads
from oracles.runner.runner import Runner
from tests.fakes import VirtualClock
from tests.oracles.questions import BROKEN, BUSY, ENDLESS, UNPLUGGED, Questions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scope(section: Section) -> Scope:
    mine = TenantId(section.institution_id)
    SectionStamp.objects.for_tenant(mine).filter(section=section).update(progress=7)
    return Scope(mine, section.pk)


@pytest.fixture
def questions() -> Questions:
    return Questions()


def runner_of(questions: Questions, clock: Clock) -> Runner:
    threads = DatabaseThreads(8, "test-oracles", "default")
    return Runner(questions.table, threads, clock, lambda: datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def runner(questions: Questions) -> Iterator[Runner]:
    made = runner_of(questions, LoopClock())
    yield made
    made.close()


def reason(result: OracleResult) -> FailureReason:
    assert isinstance(result, Failed)
    return result.reason


async def begun(questions: Questions) -> None:
    assert await asyncio.to_thread(questions.began.wait, 5)


async def test_an_answer_carries_the_stamp_of_the_data_it_was_read_from(runner: Runner, scope: Scope) -> None:
    result = await runner.run(scope, BUSY)

    assert isinstance(result, Loaded)
    assert result.payload == SchedulePosition(label="20000")
    assert result.stamp.progress == 7
    assert 0 < result.started_at < result.finished_at


@pytest.mark.proves("B9")
async def test_what_goes_wrong_is_a_reason(runner: Runner, scope: Scope) -> None:
    vanished = replace(scope, container_id=10**9, container_key="gone")

    assert reason(await runner.run(scope, BROKEN)) is FailureReason.ORACLE_ERROR
    assert reason(await runner.run(scope, UNPLUGGED)) is FailureReason.DATABASE_UNAVAILABLE
    assert reason(await runner.run(vanished, BUSY)) is FailureReason.ORACLE_ERROR
    assert runner.under_way == 0


@pytest.mark.proves("R6", "B8", "C6")
async def test_cancelling_the_task_stops_the_statement(runner: Runner, questions: Questions, scope: Scope) -> None:
    task = asyncio.create_task(runner.run(scope, ENDLESS))
    await begun(questions)

    task.cancel()
    await asyncio.wait({task}, timeout=5)

    assert task.cancelled()
    assert runner.under_way == 0


@pytest.mark.proves("R11", "C6")
async def test_the_deadline_stops_the_statement(questions: Questions, scope: Scope) -> None:
    clock = VirtualClock()
    runner = runner_of(questions, clock)
    task = asyncio.create_task(runner.run(scope, ENDLESS))
    await asyncio.sleep(0)
    await begun(questions)

    await clock.pass_time(8.0)
    result = await asyncio.wait_for(task, 5)

    assert reason(result) is FailureReason.TIMEOUT
    assert runner.under_way == 0
    runner.close()


@pytest.mark.proves("R11")
async def test_the_deadline_also_ends_the_wait_for_a_thread(questions: Questions, scope: Scope) -> None:
    clock = VirtualClock()
    runner = runner_of(questions, clock)
    tasks = [asyncio.create_task(runner.run(scope, ENDLESS)) for _ in range(20)]
    await asyncio.sleep(0)
    await begun(questions)

    await clock.pass_time(8.0)
    results = await asyncio.wait_for(asyncio.gather(*tasks), 10)

    assert {reason(result) for result in results} == {FailureReason.TIMEOUT}
    assert runner.under_way == 0
    runner.close()


async def test_closing_stops_what_runs(runner: Runner, questions: Questions, scope: Scope) -> None:
    task = asyncio.create_task(runner.run(scope, ENDLESS))
    await begun(questions)

    await asyncio.to_thread(runner.close)

    assert reason(await task) is FailureReason.CANCELLED
    assert reason(await runner.run(scope, BUSY)) is FailureReason.CANCELLED


@pytest.mark.proves("R6", "B8")
async def test_a_storm_of_cancellations_hits_no_innocent_query(runner: Runner, scope: Scope) -> None:
    random = Random(20260101)
    threads_before = {thread for thread in threading.enumerate() if "oracle" not in thread.name}
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(runner.run(scope, BUSY)) for _ in range(300)]
    doomed = set(random.sample(tasks, 150))
    for task in doomed:
        loop.call_later(random.uniform(0, 0.4), task.cancel)

    await asyncio.wait(tasks, timeout=60)

    innocent = [task.result() for task in tasks if task not in doomed]
    assert all(isinstance(result, Loaded) for result in innocent)
    assert any(task.cancelled() for task in doomed)
    assert all(task.cancelled() or isinstance(task.result(), Loaded) for task in doomed)
    assert runner.under_way == 0
    ours = [thread for thread in threading.enumerate() if thread.name.startswith("test-oracles")]
    assert len(ours) <= 8
    assert len({thread for thread in threading.enumerate() if "oracle" not in thread.name} - threads_before) <= 1


def test_two_event_loops_share_a_runner(runner: Runner, scope: Scope) -> None:
    results = [asyncio.run(runner.run(scope, BUSY)) for _ in range(2)]

    assert all(isinstance(result, Loaded) for result in results)

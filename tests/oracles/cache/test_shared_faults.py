"""The shared tier when its server is slow, gone, restarted empty, read-only or full: nobody waits, nothing raises."""

from __future__ import annotations

import asyncio
import signal

import pytest

from oracles.cache.breaker import Breaker
from oracles.cache.shared import CALL_SECONDS, answers
from oracles.contract import LEARNER_INFO, PROGRESS
from tests.oracles.cache.answers import SCOPE, answer, cache
from tests.oracles.cache.conftest import Server

KEYS = frozenset({PROGRESS, LEARNER_INFO})


@pytest.mark.proves("P6")
async def test_a_server_that_hangs_is_given_up_on_and_then_left_alone(valkey: Server) -> None:
    with cache(valkey.url) as kept:
        await kept.store(answer(PROGRESS))
        valkey.send(signal.SIGSTOP)

        for is_left_alone in (False, False, True):
            assert set(await kept.consult(SCOPE, KEYS)) == {PROGRESS}
            assert kept.is_degraded is is_left_alone
        async with asyncio.timeout(100 * CALL_SECONDS / 2):  # half of what it takes to ask and give up every time
            for _ in range(100):
                assert set(await kept.consult(SCOPE, KEYS)) == {PROGRESS}

        assert kept.is_degraded


@pytest.mark.proves("P6")
async def test_a_server_that_is_gone_costs_nothing_and_one_that_is_empty_is_filled_again(valkey: Server) -> None:
    with cache(valkey.url) as kept:
        valkey.stop()
        await kept.store(answer(PROGRESS))
        assert set(await kept.consult(SCOPE, KEYS)) == {PROGRESS}

        valkey.start()
        await kept.store(answer(LEARNER_INFO))

        with cache(valkey.url) as another:
            assert set(await another.consult(SCOPE, KEYS)) == {LEARNER_INFO}


@pytest.mark.proves("P6")
@pytest.mark.parametrize("command", ["CONFIG SET maxmemory 1", "REPLICAOF 127.0.0.1 1"])
async def test_a_server_that_takes_no_writes_still_serves(valkey: Server, command: str) -> None:
    with cache(valkey.url) as kept, cache(valkey.url) as another:
        await kept.store(answer(PROGRESS))
        assert valkey.says(command).startswith("+OK")
        for started_at in range(2, 6):
            await kept.store(answer(LEARNER_INFO, started_at=started_at))

        assert kept.is_degraded
        assert set(await kept.consult(SCOPE, KEYS)) == KEYS
        assert set(await another.consult(SCOPE, KEYS)) == {PROGRESS}


def test_a_breaker_tries_one_call_per_period_and_closes_when_it_succeeds() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0], failures=2, open_seconds=2.0)
    breaker.failed()
    assert breaker.may_call()
    breaker.failed()

    assert not breaker.may_call()
    now[0] = 2.0
    assert [breaker.may_call() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert breaker.may_call()


def test_a_server_is_there_or_it_is_not_and_one_that_hangs_is_not(valkey: Server) -> None:
    assert answers(valkey.url)

    valkey.send(signal.SIGSTOP)

    assert not answers(valkey.url)  # and comes back, though the server never speaks
    assert not answers("unix:///nonexistent/v.sock")
    assert not answers("redis://127.0.0.1:1/0")

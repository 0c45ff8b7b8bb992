"""The composition root: real parts, put together, on any event loop."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading

import pytest
from pytest_django import Settings

from courses.models import Section
from dashboard_project import wiring, writing
from dashboard_project.databases import POOL_SIZE
from oracles.contract import PROGRESS, Loaded, OracleResult, Scope, TenantId
from oracles.instructor import ORACLES
from tests.architecture.sources import ROOT
from tests.oracles.questions import BUSY, Questions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("parts_end")]


@pytest.fixture
def scope(section: Section) -> Scope:
    return Scope(TenantId(section.institution_id), section.pk)


@pytest.mark.proves("B1", "AC-003")
def test_what_was_loaded_on_one_loop_is_found_on_the_next(scope: Scope) -> None:
    async def load() -> list[OracleResult]:
        ports = wiring.ports()
        return [await ports.runner.run(scope, key) for key in ORACLES]

    loaded = asyncio.run(load())
    found = asyncio.run(find(scope))

    assert all(isinstance(result, Loaded) for result in loaded)
    assert found == set(ORACLES)


async def find(scope: Scope) -> set[str]:
    return set(await wiring.ports().cache.consult(scope, frozenset(ORACLES)))


@pytest.mark.proves("K3")
def test_two_hundred_cold_dashboards_cost_one_load(scope: Scope) -> None:
    questions = Questions()
    parts = wiring.build(questions.table, "default", "")

    async def open_dashboard() -> OracleResult:
        ports = parts.ports()
        assert not await ports.cache.consult(scope, frozenset({PROGRESS}))
        return await ports.runner.run(scope, BUSY)

    async def open_all() -> list[OracleResult]:
        return await asyncio.gather(*(open_dashboard() for _ in range(200)))

    results = asyncio.run(open_all())
    parts.close()

    assert all(isinstance(result, Loaded) for result in results)
    assert questions.loads == 1


def test_each_session_has_a_runner_of_its_own_and_shares_the_rest() -> None:
    one, another = wiring.ports(), wiring.ports()

    assert one.runner != another.runner
    assert one.cache is another.cache


def test_closing_leaves_no_thread(scope: Scope) -> None:
    asyncio.run(find(scope))
    wiring.close()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("oracle", "stamps"))]


ENDS = """
import atexit, os, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard_project.settings")
django.setup()
from django.db import connections
opened = []
atexit.register(lambda: print(*("closed" if each.connection is None else "open" for each in opened)))
from dashboard_project import wiring

def use():
    connections["default"].ensure_connection()
    opened.append(connections["default"])

wiring.reception().threads.submit(use).result()
"""
"""What is registered first runs last: after our own ending."""


def test_a_process_that_ends_without_closing_says_nothing_on_its_way_out() -> None:
    done = subprocess.run([sys.executable, "-c", ENDS], cwd=ROOT, capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("closed\n", "")


def test_every_thread_of_a_process_that_uses_the_database_finds_a_connection() -> None:
    pages, memory, door = 4, 1, 1
    endpoint = door + writing.READERS + writing.WRITERS
    threads = wiring.MOST_CONNECTIONS + wiring.STAMP_THREADS + endpoint + pages + memory

    assert threads < POOL_SIZE


HINTS = """
import sys, django
django.setup()
from dashboard_project import wiring
from ingest.hints import OUTLET, Hint
if "serve" in sys.argv:
    wiring.serve()
OUTLET.publish(Hint(1, 2))
"""


@pytest.mark.parametrize(("arguments", "said"), [((), 0), (("serve",), 1)])
def test_only_a_process_that_serves_says_that_hints_reach_no_other(arguments: tuple[str, ...], said: int) -> None:
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "dashboard_project.settings",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    done = subprocess.run(
        [sys.executable, "-c", HINTS, *arguments],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr.count("hint_not_published") == said
    assert len(done.stderr.splitlines()) == said


@pytest.mark.parametrize("is_serving", [True, False])
def test_a_process_that_serves_keeps_trying_a_shared_cache_that_is_gone_and_another_does_without(
    scope: Scope, settings: Settings, is_serving: bool
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    root = wiring.Root()
    root.is_serving = is_serving
    cache = root.parts().cache

    async def ask_often() -> None:
        for _ in range(5):
            await cache.consult(scope, frozenset(ORACLES))

    asyncio.run(ask_often())
    root.close()

    assert cache.is_degraded is is_serving

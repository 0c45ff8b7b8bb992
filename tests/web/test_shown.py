"""What is shown is kept once for everybody, under an id that follows from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec
import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError

from courses.contract import DashboardContext, Role, Semantics
from dashboard_project.kept_snapshots import KeptSnapshots
from dashboard_project.web.remembering import InBackground
from dashboard_project.web.shown import ShownSnapshots
from dashboard_project.web.tiles import Viewing
from dashboard_project.web.urlstate import ViewState
from oracles import contract
from oracles.contract import Failed, FailureReason, Loaded, OracleKey, OracleResult, Scope, Source, TenantId
from snapshot.contract import Snapshot
from snapshot.projections import RULES
from tests.fakes import FakeMeter
from tests.snapshot.classroom import COURSE, MIXED, NOW, Classroom
from tests.snapshot.snapshots import assembled

MINE, THEIRS = TenantId(1), TenantId(2)
RESULTS = Classroom(MIXED, (70.0,)).results()


class InHand(Executor):
    """Runs what was submitted when the test says so."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  a pool hands over every error
                done.set_exception(error)

        self._waiting.append(run)
        return done

    def run(self) -> None:
        waiting, self._waiting = self._waiting, []
        for work in waiting:
            work()


class CountingCache(LocMemCache):
    """Counts what it kept; may be broken."""

    def __init__(self) -> None:
        super().__init__("shown", {})
        self.clear()
        self.kept: list[str] = []
        self.is_broken = False

    def set(self, key: str, value: object, timeout: float | None = None, version: int | None = None) -> None:
        if self.is_broken:
            raise ConnectionError("the cache is gone")
        self.kept.append(key)
        super().set(key, value, timeout, version)


@dataclass(slots=True)
class FakeMemory:
    """Remembers until the test is over."""

    kept: list[Snapshot] = field(default_factory=list)
    visits: list[datetime] = field(default_factory=list)

    def keep(self, context: DashboardContext, snapshot: Snapshot) -> None:
        self.kept.append(snapshot)

    def is_due(self, _context: DashboardContext, _at: datetime) -> bool:
        return True

    def visit(self, context: DashboardContext, at: datetime) -> None:
        self.visits.append(at)


@dataclass(slots=True)
class BrokenMemory(FakeMemory):
    """Cannot."""

    error: Exception = field(default_factory=Exception)

    def visit(self, context: DashboardContext, at: datetime) -> None:
        raise self.error


@dataclass(slots=True)
class House:
    cache: CountingCache
    threads: InHand
    shown: ShownSnapshots
    memory: FakeMemory

    async def find(self, snapshot_id: str, tenant_id: TenantId = MINE) -> Snapshot | None:
        looking = asyncio.ensure_future(self.shown.find(tenant_id, snapshot_id))
        while not looking.done():
            self.threads.run()
            await asyncio.sleep(0)
        return looking.result()


@pytest.fixture
def house() -> House:
    cache, threads, memory = CountingCache(), InHand(), FakeMemory()
    shown = ShownSnapshots(KeptSnapshots(cache), threads, RULES, FakeMeter(), memory, oldest_roster=whichever)
    return House(cache, threads, shown, memory)


async def whichever(_scope: Scope) -> int:
    """Every name may be shown."""
    return 0


def viewing(semantics: Semantics | None = None) -> Viewing:
    context = DashboardContext(
        COURSE,
        Role.INSTRUCTOR,
        7,
        "lakeside",
        "algebra",
        "Autumn",
        "Algebra",
        "Europe/Madrid",
        semantics or Semantics(),
    )
    return Viewing(context, ViewState(), "en", NOW)


def with_answer(key: OracleKey, answer: OracleResult) -> dict[OracleKey, OracleResult]:
    return {**RESULTS, key: answer}


def progress() -> Loaded:
    answer = RESULTS[contract.PROGRESS]
    assert isinstance(answer, Loaded)
    return answer


@pytest.mark.proves("P9")
def test_whoever_looks_at_the_same_has_the_same_snapshot_and_it_is_made_once(house: House) -> None:
    from_cache = with_answer(contract.PROGRESS, replace(progress(), source=Source.CACHE))
    other = replace(viewing(), language="es", view=ViewState(mode="percent", bucket="struggling"))

    ids = {house.shown.keep(viewing(), RESULTS), house.shown.keep(other, from_cache)}
    house.threads.run()

    assert [key for key in house.cache.kept if "body" not in key] == [f"snapshot:1:{each}" for each in ids]


@pytest.mark.parametrize(
    ("seen", "results"),
    [
        (viewing(Semantics(progress_threshold=50)), RESULTS),
        (replace(viewing(), moment=NOW + timedelta(minutes=1)), RESULTS),
        (replace(viewing(), context=replace(viewing().context, time_zone="UTC")), RESULTS),
        (replace(viewing(), context=replace(viewing().context, section_title="Spring")), RESULTS),
        (viewing(), with_answer(contract.PROGRESS, replace(progress(), stamp=replace(progress().stamp, progress=5)))),
        (viewing(), with_answer(contract.PROGRESS, Failed(COURSE, contract.PROGRESS, FailureReason.TIMEOUT))),
    ],
    ids=["threshold", "minute", "time zone", "title", "data", "failure"],
)
def test_what_is_different_has_another_id(house: House, seen: Viewing, results: dict[OracleKey, OracleResult]) -> None:
    assert house.shown.keep(seen, results) != house.shown.keep(viewing(), RESULTS)


@pytest.mark.proves("UX-i")
async def test_what_is_kept_is_what_is_shown(house: House) -> None:
    snapshot_id = house.shown.keep(viewing(), RESULTS)

    found = await house.find(snapshot_id)

    assert found is not None
    assert found.facts == assembled(Classroom(MIXED, (70.0,))).facts
    assert found.metadata == msgspec.structs.replace(found.metadata, generated_at=NOW)


async def test_whoever_asks_while_it_is_being_kept_waits_for_it(house: House) -> None:
    snapshot_id = house.shown.keep(viewing(), RESULTS)

    looking = asyncio.ensure_future(house.shown.find(MINE, snapshot_id))
    await asyncio.sleep(0)

    assert not looking.done()
    looking.cancel()
    assert await house.find(snapshot_id) is not None


@pytest.mark.proves("P4")
async def test_another_tenant_finds_nothing_and_does_not_wait(house: House) -> None:
    snapshot_id = house.shown.keep(viewing(), RESULTS)

    assert await house.find(snapshot_id, THEIRS) is None


async def test_what_could_not_be_kept_is_tried_again_for_the_next(house: House) -> None:
    house.cache.is_broken = True
    snapshot_id = house.shown.keep(viewing(), RESULTS)
    house.threads.run()
    house.cache.is_broken = False

    assert await house.find(snapshot_id) is None
    house.shown.keep(viewing(), RESULTS)
    assert await house.find(snapshot_id) is not None


def test_every_look_is_a_visit_and_what_is_shown_is_remembered_once(house: House) -> None:
    for _ in range(2):
        house.shown.keep(viewing(), RESULTS)
    house.threads.run()

    assert house.memory.visits == [NOW, NOW]
    assert [snapshot.metadata.generated_at for snapshot in house.memory.kept] == [NOW]


@pytest.mark.parametrize("error", [DatabaseError("no disk"), RuntimeError("whatever")])
def test_what_cannot_be_remembered_costs_a_line_in_the_log(
    house: House, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    behind = InBackground(BrokenMemory(error=error), house.threads)

    behind.visit(viewing().context, NOW)
    house.threads.run()

    assert [record.message for record in caplog.records] == ["not_remembered"]

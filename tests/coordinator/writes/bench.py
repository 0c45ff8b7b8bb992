"""A coordinator among fakes: a clock that moves when told, a sink that waits, fails and refuses as told."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Unpack

from coordinator.writes.contract import BatchReport, Outcome, RecordRejected
from coordinator.writes.journal import Journal
from coordinator.writes.options import Options
from coordinator.writes.ports import DeadLetter
from coordinator.writes.write_coordinator import WriteCoordinator
from tests.coordinator.writes.settings import MoreOptions, Settings
from tests.fakes import FakeMeter, VirtualClock, breathe

MIDDLE = 0.5


class FakeStore:
    """An async sink with a memory: writes each record once, tells repetitions, refuses what is bad."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.called_at: list[float] = []
        self.calls: list[tuple[str, ...]] = []
        self.rows: list[str] = []
        self.known: set[str] = set()
        self.bad: set[str] = set()
        self.troubles: deque[Exception] = deque()
        """Raised by the next calls, one each, before anything is written."""
        self.late_troubles: deque[Exception] = deque()
        """Raised by the next calls after everything is written: the answer is lost."""
        self.is_away = False
        self.gate: asyncio.Event | None = None
        self.under_way = 0
        self.most_under_way = 0

    async def write(self, batch: Sequence[str]) -> BatchReport | None:
        self.calls.append(tuple(batch))
        self.called_at.append(self._clock.now())
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.gate:
                await self.gate.wait()
            return self._write(batch)
        finally:
            self.under_way -= 1

    def _write(self, batch: Sequence[str]) -> BatchReport:
        if self.is_away:
            raise ConnectionResetError("the store is away")
        if self.troubles:
            raise self.troubles.popleft()
        if self.bad & set(batch):
            raise RecordRejected("something in here is bad")
        outcomes = tuple(Outcome.DEDUPLICATED if record in self.known else Outcome.WRITTEN for record in batch)
        self.rows += [record for record, outcome in zip(batch, outcomes, strict=True) if outcome is Outcome.WRITTEN]
        self.known.update(batch)
        if self.late_troubles:
            raise self.late_troubles.popleft()
        return BatchReport(outcomes)


class FakeLetters:
    """Dead letters in memory; may be broken or hang."""

    def __init__(self) -> None:
        self.kept: list[DeadLetter[str]] = []
        self.is_broken = False
        self.gate: asyncio.Event | None = None

    async def keep(self, letters: Sequence[DeadLetter[str]]) -> None:
        if self.gate:
            await self.gate.wait()
        if self.is_broken:
            raise ConnectionError("the dead letters' store is away")
        self.kept += letters

    @property
    def records(self) -> list[str]:
        return [letter.record for letter in self.kept]

    @property
    def codes(self) -> Counter[str]:
        return Counter(letter.code for letter in self.kept)


class FakeLog:
    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def __call__(self, event: str, **figures: object) -> None:
        self.lines.append((event, figures))

    @property
    def events(self) -> list[str]:
        return [event for event, _ in self.lines]


class Bench:
    """Everything around one coordinator."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.store = FakeStore(self.clock)
        self.letters = FakeLetters()
        self.spool = FakeLetters()
        self.meter = FakeMeter()
        self.log = FakeLog()
        self.made: list[WriteCoordinator[str]] = []

    def coordinator(self, more: MoreOptions | None = None, **settings: Unpack[Settings]) -> WriteCoordinator[str]:
        options: Options[str] = Options(
            clock=self.clock,
            chance=lambda: MIDDLE,
            dead_letters=self.letters,
            fallback=self.spool,
            meter=self.meter,
            journal=Journal(self.clock, self.log),
            today=lambda: datetime(2026, 3, 2, tzinfo=UTC),
            **(more or {}),
        )
        made: WriteCoordinator[str] = WriteCoordinator(self.store, options=options, **settings)
        self.made.append(made)
        return made

    async def running(self, more: MoreOptions | None = None, **settings: Unpack[Settings]) -> WriteCoordinator[str]:
        coordinator = self.coordinator(more, **settings)
        await coordinator.start()
        return coordinator

    async def in_hand(self, coordinator: WriteCoordinator[str], count: int) -> asyncio.Event:
        """So many records are submitted, and a worker is in the middle of writing them until the gate is opened."""
        self.store.gate = asyncio.Event()
        await coordinator.submit_many(names(count))
        await until(lambda: self.store.under_way == 1)
        return self.store.gate

    async def in_time[T](self, work: asyncio.Future[T], seconds: float = 60.0) -> T:
        """What the work gives after this much time of the clock; time passes only as far as needed."""
        step = seconds / 64
        for _ in range(64):
            await breathe()
            if work.done():
                break
            await self.clock.pass_time(step)
        assert work.done(), f"still not done after {seconds} s"
        return work.result()

    async def clear_away(self) -> None:
        for gate in (self.store.gate, self.letters.gate, self.spool.gate):
            if gate:
                gate.set()
        for coordinator in self.made:
            await self.in_time(asyncio.ensure_future(coordinator.stop(timeout=1.0)))


def names(count: int, prefix: str = "") -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def tenant_of(record: str) -> str:
    """`a:17` is of tenant a."""
    return record.partition(":")[0]


async def until(condition: Callable[[], bool], turns: int = 2000) -> None:
    """Lets the loop turn until something holds; no time passes."""
    for _ in range(turns):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to hold")

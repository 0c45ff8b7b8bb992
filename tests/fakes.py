"""One fake per port of the coordinator, and a clock that moves when a test says so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from coordinator.actions import ShowFailure, ShowLoading, ShowResult, ShowTimeout, Update
from coordinator.ports import Ports
from oracles.contract import (
    DataStamp,
    Failed,
    FailureReason,
    Loaded,
    OracleKey,
    OracleResult,
    Scope,
)
from oracles.payloads import SchedulePosition


def loaded(scope: Scope, key: OracleKey, started_at: float = 0.0, *, label: str = "") -> Loaded:
    """An answer that says in its payload whose it is."""
    payload = SchedulePosition(label=label or f"{scope.address}/{key}")
    return Loaded(scope, key, payload, version=1, stamp=DataStamp(), started_at=started_at, finished_at=started_at)


def failed(scope: Scope, key: OracleKey, reason: FailureReason = FailureReason.ORACLE_ERROR) -> Failed:
    return Failed(scope, key, reason)


async def breathe(turns: int = 12) -> None:
    """Let everything that is ready run."""
    for _ in range(turns):
        await asyncio.sleep(0)


@dataclass(slots=True)
class VirtualTimer:
    at: float
    callback: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


class VirtualClock:
    """Time passes only in `pass_time`; timers fire on the way, in their order."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._timers: list[VirtualTimer] = []

    def now(self) -> float:
        return self._now

    def call_later(self, delay: float, callback: Callable[[], None]) -> VirtualTimer:
        timer = VirtualTimer(self._now + delay, callback)
        self._timers.append(timer)
        return timer

    @property
    def armed(self) -> int:
        return sum(not timer.is_cancelled for timer in self._timers)

    async def pass_time(self, seconds: float) -> None:
        end = self._now + seconds
        await breathe()
        while timer := self._next_until(end):
            self._timers.remove(timer)
            self._now = max(self._now, timer.at)
            timer.callback()
            await breathe()
        self._now = end

    async def sleep(self, seconds: float) -> None:
        """For fakes that take their time."""
        woken = asyncio.Event()
        timer = self.call_later(seconds, woken.set)
        try:
            await woken.wait()
        finally:
            timer.cancel()

    def _next_until(self, end: float) -> VirtualTimer | None:
        self._timers = [timer for timer in self._timers if not timer.is_cancelled]
        due = [timer for timer in self._timers if timer.at <= end]
        return min(due, key=lambda timer: timer.at, default=None)


class FakeCache:
    """Remembers what was stored; may be slow, broken or hung."""

    def __init__(self) -> None:
        self.entries: dict[tuple[Scope, OracleKey], Loaded] = {}
        self.consulted: list[tuple[Scope, frozenset[OracleKey]]] = []
        self.stored: list[Loaded] = []
        self.is_broken = False
        self.lookup_gate: asyncio.Event | None = None
        self.store_gate: asyncio.Event | None = None

    def warm(self, scope: Scope, *keys: OracleKey) -> None:
        self.entries |= {(scope, key): loaded(scope, key) for key in keys}

    async def consult(self, scope: Scope, keys: frozenset[OracleKey]) -> Mapping[OracleKey, Loaded]:
        self.consulted.append((scope, keys))
        if self.lookup_gate:
            await self.lookup_gate.wait()
        if self.is_broken:
            raise ConnectionError("the cache is gone")
        return {key: self.entries[scope, key] for key in keys if (scope, key) in self.entries}

    async def store(self, result: Loaded) -> None:
        if self.store_gate:
            await self.store_gate.wait()
        if self.is_broken:
            raise ConnectionError("the cache is gone")
        self.stored.append(result)
        self.entries[result.scope, result.key] = result


class FakeRunner:
    """Loads wait until the test answers them, or take as long as `delay` says."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._open: dict[tuple[Scope, OracleKey], list[asyncio.Future[OracleResult]]] = {}
        self.delay: Callable[[Scope, OracleKey], float] | None = None
        self.asked: list[tuple[Scope, OracleKey]] = []
        self.cancelled: list[tuple[Scope, OracleKey]] = []
        self.is_stubborn = False
        """A cancelled load runs on, as in a database that cannot cancel; told a second time, it gives up."""

    @property
    def running(self) -> int:
        return sum(len(waiting) for waiting in self._open.values())

    async def run(self, scope: Scope, key: OracleKey) -> OracleResult:
        self.asked.append((scope, key))
        if self.delay:
            await self._clock.sleep(self.delay(scope, key))
            return loaded(scope, key, self._clock.now())
        return await self._until_answered(scope, key)

    def answer(self, scope: Scope, *keys: OracleKey) -> None:
        for key in keys:
            self.give(scope, key, loaded(scope, key, self._clock.now()))

    def give(self, scope: Scope, key: OracleKey, result: OracleResult) -> None:
        self._open[scope, key].pop(0).set_result(result)

    def crash(self, scope: Scope, key: OracleKey) -> None:
        self._open[scope, key].pop(0).set_exception(ZeroDivisionError("a bug in an oracle"))

    async def _until_answered(self, scope: Scope, key: OracleKey) -> OracleResult:
        answer = asyncio.get_running_loop().create_future()
        waiting = self._open.setdefault((scope, key), [])
        waiting.append(answer)
        try:
            try:
                return await asyncio.shield(answer)
            except asyncio.CancelledError:
                self.cancelled.append((scope, key))
                if not self.is_stubborn:
                    raise
            return await asyncio.shield(answer)
        except asyncio.CancelledError:
            waiting.remove(answer)
            raise


@dataclass(slots=True)
class Tile:
    """What one oracle's place on the screen shows."""

    scope: Scope
    token: int
    state: str
    result: OracleResult | None = None


@dataclass
class FakeScreen:
    """Keeps every frame; asks the guard right before sending, as the real one must."""

    frames: list[tuple[Update, ...]] = field(default_factory=list)
    tiles: dict[OracleKey, Tile] = field(default_factory=dict)
    on_frame: Callable[[Sequence[Update]], None] = lambda _: None
    gate: asyncio.Event | None = None
    is_broken: bool = False
    painting: int = 0
    overlaps: int = 0
    withheld: int = 0

    @property
    def updates(self) -> list[Update]:
        return [update for frame in self.frames for update in frame]

    async def paint(self, updates: Sequence[Update], is_current: Callable[[], bool]) -> None:
        self.overlaps += self.painting
        self.painting += 1
        try:
            if self.gate:
                await self.gate.wait()
            if self.is_broken:
                raise ConnectionError("the socket is gone")
            if is_current():
                self._send(tuple(updates))
            else:
                self.withheld += 1
        finally:
            self.painting -= 1

    def _send(self, updates: tuple[Update, ...]) -> None:
        self.on_frame(updates)
        self.frames.append(updates)
        for update in updates:
            for key, state, result in _marks(update):
                self.tiles[key] = Tile(update.scope, update.token, state, result)


def _marks(update: Update) -> list[tuple[OracleKey, str, OracleResult | None]]:
    match update:
        case ShowResult(result=result):
            return [(result.key, "ready", result)]
        case ShowFailure(result=result):
            return [(result.key, "failed", result)]
        case ShowLoading(keys=keys):
            return [(key, "loading", None) for key in keys]
        case ShowTimeout(keys=keys):
            return [(key, "timed_out", None) for key in keys]
    return []


class FakeMeter:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.labelled: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self.timings: dict[str, list[float]] = {}
        self.levels: Counter[str] = Counter()

    def count(self, name: str, **labels: str) -> None:
        self.counts[name] += 1
        self.labelled[name, tuple(sorted(labels.items()))] += 1

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        self.timings.setdefault(name, []).append(seconds)

    def adjust(self, name: str, delta: int) -> None:
        self.levels[name] += delta


@dataclass(slots=True)
class World:
    """All fakes of one driver, sharing a clock."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    cache: FakeCache = field(default_factory=FakeCache)
    meter: FakeMeter = field(default_factory=FakeMeter)
    screen: FakeScreen = field(default_factory=FakeScreen)
    runner: FakeRunner = field(init=False)

    def __post_init__(self) -> None:
        self.runner = FakeRunner(self.clock)

    @property
    def ports(self) -> Ports:
        return Ports(cache=self.cache, runner=self.runner, meter=self.meter, clock=self.clock)

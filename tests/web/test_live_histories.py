"""Five hundred random histories: a page that lived through hints, lost hints, pauses and failures says in the end what
a page says that was opened just now (R16 of the reliability list). On the way it never went back to older data, and
changed nothing while it was paused.

Everything between the data and the page is the product's: watch, following, driver, cache, screen. The data, the clock
and the oracles are the test's.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from coordinator.contract import Limits, Profile
from coordinator.driver import Driver
from coordinator.events import DataChanged, ScopeSelected
from coordinator.ports import Ports
from courses.contract import DashboardContext, Role, ScopeChoice
from dashboard_project.hints.watch import Outside, SectionWatch
from dashboard_project.web.choice import Choice
from dashboard_project.web.following import Following
from dashboard_project.web.screen import DashboardScreen
from dashboard_project.web.tiles import Derived, TileMaker
from dashboard_project.web.urlstate import ViewState
from ingest.hints import Hint
from oracles.cache.local import LocalTier
from oracles.cache.result_cache import ResultCache
from oracles.contract import (
    DataStamp,
    Domain,
    FailureReason,
    Loaded,
    Oracle,
    OracleContext,
    OracleKey,
    OracleResult,
    Scope,
    TenantId,
)
from oracles.payloads import SchedulePosition
from snapshot.contract import Capability, Metadata
from tests.fakes import FakeMeter, VirtualClock, breathe, failed
from tests.web.fakes import KEYS, NEEDS, FakeDerive

POLL = 15.0
COURSE = Scope(TenantId(1), 2)
UNIT = Scope(TenantId(1), 2, 3, "unit-1")
CHOICES = (ScopeChoice("course", "Algebra", "course", 0), ScopeChoice("container:unit-1", "Unit 1", "unit", 1))
DOMAINS = (Domain.SCORES, Domain.EVIDENCE, Domain.PROGRESS, Domain.ROSTER, Domain.STRUCTURE)
READS = dict(zip(sorted(KEYS.values()), DOMAINS, strict=True))
TILE = re.compile(r'<section id="tile-(\w+)".*?</section>', re.DOTALL)
VOLATILE = re.compile(r'data-(token|source|as-of)="[^"]*"|<footer.*?</footer>', re.DOTALL)
MOVES = re.compile(r'data-work="(?:idle|refreshing)".*data-fingerprint="(\d+)"')


@dataclass(slots=True)
class Data:
    """A section: how far each domain has moved. What an oracle says is how often the domain it reads has."""

    clock: VirtualClock
    stamp: DataStamp = field(default_factory=DataStamp)
    is_away: bool = False
    seconds: float = 0.0

    def commit(self, *domains: Domain) -> None:
        self.stamp = replace(self.stamp, **{domain.value: getattr(self.stamp, domain) + 1 for domain in domains})

    async def stamp_of(self, _scope: Scope) -> DataStamp:
        if self.is_away:
            raise ConnectionError("the database is away")
        return self.stamp

    async def run(self, scope: Scope, key: OracleKey) -> OracleResult:
        """Read at the beginning of the load, as a transaction sees it; the answer comes when it comes."""
        stamp, is_away = self.stamp, self.is_away
        await self.clock.sleep(self.seconds)
        if is_away:
            return failed(scope, key, FailureReason.DATABASE_UNAVAILABLE)
        payload = SchedulePosition(label=str(getattr(stamp, READS[key])))
        return Loaded(scope, key, payload, 1, stamp, started_at=self.clock.now())


class Says(FakeDerive):
    """The fingerprint of a tile is how often its data had moved."""

    def _one(self, capability: Capability, metadata: Metadata, answers: Mapping[OracleKey, OracleResult]) -> Derived:
        derived = FakeDerive._one(self, capability, metadata, answers)
        answer = answers[KEYS[capability]]
        if isinstance(answer, Loaded) and isinstance(answer.payload, SchedulePosition):
            return replace(derived, fingerprint=f"{int(answer.payload.label):08}")
        return derived


class View:
    """A page: it keeps the last text of each tile, and notes one that goes back or changes while it is paused."""

    def __init__(self, data: Data, watch: SectionWatch) -> None:
        self.tiles: dict[str, str] = {}
        self.wrong: list[tuple[str, str, str]] = []
        self._data = data
        self.screen = DashboardScreen(self._see, TileMaker(NEEDS, Says()), CHOICES, "en", data.clock.now)
        cache = ResultCache(ORACLES, data.stamp_of, data.clock, lambda: "id", local=LocalTier(data.clock.now))
        self.driver = Driver(Ports(cache, data, FakeMeter(), data.clock), self.screen, Limits())
        self.following = Following(data.clock, self, lambda _: self.driver.feed(DataChanged()))
        self.screen.on_settled = self.following.consider
        self.leave = watch.follow(COURSE, self.following)
        self.is_paused = False

    async def go(self, scope: Scope) -> None:
        """As a desk does: the scope that is chosen already is looked at, not chosen again."""
        choice = self.screen.choice
        if choice is not None and choice.context.scope == scope:
            await self.screen.look(self._choice(scope))
        else:
            await self.choose(scope)

    async def choose(self, scope: Scope) -> None:
        self.tiles.clear()
        self.screen.choose(self._choice(scope))
        self.driver.feed(ScopeSelected(scope, Profile(frozenset(KEYS.values()))))
        self.screen.chosen = self.driver.session.chosen
        await breathe()

    async def pause(self, *, is_paused: bool) -> None:
        self.is_paused = is_paused
        choice = self.screen.choice
        assert choice is not None
        await self.screen.look(self._choice(choice.context.scope))
        self.following.pause(is_paused=is_paused)

    async def close(self) -> None:
        self.leave()
        self.following.close()
        await self.driver.close()

    # ---- what `Following` sees; told at once, as the socket's tasks do a turn later

    @property
    def is_settled(self) -> bool:
        return self.screen.is_settled

    def is_at(self, stamp: DataStamp) -> bool:
        return self.screen.is_at(stamp)

    def behind(self, stamp: DataStamp) -> int:
        return self.screen.behind(stamp)

    def wait_for(self, updates: int) -> None:
        self.screen.waiting = updates

    def delay(self, *, is_delayed: bool) -> None:
        self.screen.is_delayed = is_delayed

    def _choice(self, scope: Scope) -> Choice:
        context = DashboardContext(scope, Role.INSTRUCTOR, 7, "lakeside", "algebra", "Algebra", "Algebra course", "UTC")
        return Choice(context, ViewState(scope=scope.address, live="0" if self.is_paused else "1"))

    async def _see(self, frame: str) -> None:
        for found in TILE.finditer(frame):
            name, text = found[1], VOLATILE.sub("", found[0])
            before = self.tiles.get(name, "")
            if _moves(text) < _moves(before):
                self.wrong.append(("went back", before, text))
            if self.is_paused and 'data-work="idle"' in before and text != before:
                self.wrong.append(("changed while paused", before, text))
            self.tiles[name] = text


def _moves(text: str) -> int:
    found = MOVES.search(text)
    return int(found[1]) if found else -1


def _nothing(_context: OracleContext) -> SchedulePosition:
    raise AssertionError("the data answers")


ORACLES = {key: Oracle(key, 1, frozenset({READS[key]}), SchedulePosition, _nothing) for key in KEYS.values()}


async def live_through(dice: random.Random, data: Data, watch: SectionWatch, view: View) -> None:
    """Up to thirty things that may happen, in any order, with time between them."""
    for _ in range(dice.randint(5, 30)):
        match dice.choice(("commit", "commit", "commit", "lost", "twice", "scope", "pause", "resume", "away", "slow")):
            case "commit":
                data.commit(*dice.sample(list(Domain), dice.randint(1, 3)))
                watch.hear(Hint(COURSE.tenant_id, COURSE.section_id))
            case "lost":
                data.commit(dice.choice(list(Domain)))
            case "twice":
                data.commit(dice.choice(list(Domain)))
                watch.hear(Hint(COURSE.tenant_id, COURSE.section_id))
                watch.hear(Hint(COURSE.tenant_id, COURSE.section_id))
            case "scope":
                await view.go(dice.choice((COURSE, UNIT)))
            case "pause" | "resume" as word:
                await view.pause(is_paused=word == "pause")
            case "away":
                data.is_away = not data.is_away
            case "slow":
                data.seconds = dice.choice((0.0, 0.05, 0.5, 3.0))
        await data.clock.pass_time(dice.choice((0.0, 0.001, 0.1, 0.4, 2.0, 20.0)))


async def at_rest(data: Data, view: View) -> None:
    """Nothing is under way. Tiles are rendered in threads, which no virtual clock moves."""
    settled = asyncio.ensure_future(view.driver.settled())
    while not settled.done():
        await data.clock.pass_time(0.1)
        await asyncio.wait({settled}, timeout=0.001)


@pytest.mark.proves("reliability:R16", "coordinator:R17")
@pytest.mark.parametrize("seed", range(500))
async def test_a_page_that_lived_says_what_a_fresh_page_says(seed: int) -> None:
    dice = random.Random(seed)
    data = Data(VirtualClock())
    watch = SectionWatch(Outside(data.stamp_of, data.clock, lambda: POLL))
    view = View(data, watch)
    await view.choose(COURSE)

    await live_through(dice, data, watch, view)
    data.is_away, data.seconds = False, 0.0
    await view.pause(is_paused=False)
    for _ in range(3):
        await data.clock.pass_time(POLL)
        await at_rest(data, view)
    fresh = View(data, watch)
    assert view.screen.choice is not None
    await fresh.choose(view.screen.choice.context.scope)
    await at_rest(data, fresh)

    assert len(fresh.tiles) == 5
    assert view.tiles == fresh.tiles
    assert (view.wrong, fresh.wrong) == ([], [])
    await view.close()
    await fresh.close()
    await watch.close()

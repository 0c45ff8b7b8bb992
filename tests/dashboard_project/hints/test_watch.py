"""The watch on a virtual clock: one reading for everybody, a hint that is lost is caught up, nobody else's is heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from dashboard_project.hints.watch import BURST_SECONDS, Outside, SectionWatch
from ingest.hints import Hint
from oracles.contract import DataStamp, Scope, TenantId
from tests.dashboard_project.hints.fakes import Ear
from tests.fakes import VirtualClock, breathe

POLL = 15.0
HERE = Scope(TenantId(1), 2)
HINT = Hint(TenantId(1), 2)


@dataclass(slots=True)
class Data:
    """Sections as the database has them."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    stamps: dict[tuple[int, int], DataStamp] = field(default_factory=dict)
    readings: list[Scope] = field(default_factory=list)
    is_away: bool = False

    async def stamp(self, scope: Scope) -> DataStamp:
        self.readings.append(scope)
        if self.is_away:
            raise ConnectionError("the database is away")
        return self.stamps.get((scope.tenant_id, scope.section_id), DataStamp())

    def move(self, progress: int, scope: Scope = HERE) -> DataStamp:
        stamp = self.stamps[scope.tenant_id, scope.section_id] = DataStamp(progress=progress)
        return stamp


@pytest.fixture
def data() -> Data:
    return Data()


@pytest.fixture
async def watch(data: Data) -> AsyncIterator[SectionWatch]:
    watch = SectionWatch(Outside(data.stamp, data.clock, lambda: POLL))
    yield watch
    await watch.close()


async def test_who_begins_to_follow_is_told_how_far_the_data_is(data: Data, watch: SectionWatch) -> None:
    stamp, ear = data.move(3), Ear()

    watch.follow(HERE, ear)
    await breathe()

    assert ear.stamps == [stamp]


async def test_a_hint_is_read_at_once(data: Data, watch: SectionWatch) -> None:
    ear = Ear()
    watch.follow(HERE, ear)
    await data.clock.pass_time(1)

    stamp = data.move(1)
    watch.hear(HINT)
    await breathe()

    assert ear.stamps[-1] == stamp


async def test_a_burst_of_hints_is_two_readings(data: Data, watch: SectionWatch) -> None:
    watch.follow(HERE, Ear())
    await data.clock.pass_time(1)
    data.readings.clear()

    for _ in range(50):
        watch.hear(HINT)
        await data.clock.pass_time(BURST_SECONDS / 100)
    await data.clock.pass_time(1)

    assert len(data.readings) == 2


async def test_two_hundred_dashboards_of_a_section_are_one_reading(data: Data, watch: SectionWatch) -> None:
    ears = [Ear() for _ in range(200)]
    for ear in ears:
        watch.follow(HERE, ear)
    await data.clock.pass_time(1)
    data.readings.clear()

    stamp = data.move(1)
    watch.hear(HINT)
    await breathe()

    assert [ear.stamps[-1] for ear in ears] == [stamp] * 200
    assert len(data.readings) == 1


@pytest.mark.proves("P6", "reliability:R1")
async def test_a_lost_hint_is_caught_up_by_the_poll(data: Data, watch: SectionWatch) -> None:
    ear = Ear()
    watch.follow(HERE, ear)
    await data.clock.pass_time(1)

    stamp = data.move(1)
    await data.clock.pass_time(POLL + BURST_SECONDS)

    assert ear.stamps[-1] == stamp


async def test_hints_of_other_sections_and_other_institutions_are_not_heard(data: Data, watch: SectionWatch) -> None:
    ear = Ear()
    watch.follow(HERE, ear)
    await data.clock.pass_time(1)
    data.readings.clear()

    watch.hear(Hint(TenantId(1), 3))
    watch.hear(Hint(TenantId(2), 2))
    await data.clock.pass_time(1)

    assert data.readings == []


async def test_a_container_is_followed_as_its_section(data: Data, watch: SectionWatch) -> None:
    ear = Ear()
    watch.follow(Scope(TenantId(1), 2, 9, "unit-9"), ear)
    await data.clock.pass_time(1)

    stamp = data.move(1)
    watch.hear(HINT)
    await breathe()

    assert ear.stamps[-1] == stamp


async def test_a_database_that_is_away_ends_nothing(data: Data, watch: SectionWatch) -> None:
    ear = Ear()
    data.is_away = True
    watch.follow(HERE, ear)
    await data.clock.pass_time(POLL * 2)
    assert ear.stamps == []

    data.is_away = False
    await data.clock.pass_time(POLL + BURST_SECONDS)

    assert ear.stamps == [DataStamp()]


async def test_when_nobody_follows_any_more_nothing_runs(data: Data, watch: SectionWatch) -> None:
    leave = watch.follow(HERE, Ear())
    await data.clock.pass_time(1)
    data.readings.clear()

    leave()
    leave()
    await data.clock.pass_time(POLL * 3)

    assert data.readings == []
    assert data.clock.armed == 0


@pytest.mark.proves("UX-26")
async def test_how_many_follow_each_section_is_known(watch: SectionWatch) -> None:
    there = Scope(TenantId(1), 3)
    ends = [watch.follow(scope, Ear()) for scope in (HERE, HERE, there)]
    three = watch.followers()

    ends[0]()
    ends[2]()

    assert (three, watch.followers()) == ({2: 2, 3: 1}, {2: 1})

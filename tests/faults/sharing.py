"""`python -m tests.faults.sharing LEARNERS SECONDS`: two institutions share a coordinator and PostgreSQL.

First how much can be written in a second; then one institution tells one event at a time, alone and beside another that
sends five times that much; then both flood. The database is empty but migrated.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from typing import TYPE_CHECKING
from uuid import uuid4

import django

if TYPE_CHECKING:
    from coordinator.writes.write_coordinator import WriteCoordinator
    from ingest.placing import Placed

TIMES, TICK_SECONDS, MEASURING_SECONDS = 5, 0.05, 3.0
QUIET, LOUD = "quiet", "loud"


@dataclass
class Scene:
    """A coordinator before the real sink; its books are checked at every tick."""

    coordinator: WriteCoordinator[Placed]
    waits: list[float] = field(default_factory=list)
    """Seconds from submitting to stored, of events that were told one at a time."""
    turned_away: int = 0
    accepted: Counter[int] = field(default_factory=Counter)

    async def flood(self, events: Iterator[Placed], a_second: float, until: float) -> None:
        """So many are offered each second, whatever becomes of them."""
        from coordinator.writes.contract import QueueFullError  # noqa: PLC0415  needs the path of the project

        while time.monotonic() < until:
            offered = [fresh(event) for event in islice(events, int(a_second * TICK_SECONDS))]
            taken = len(offered)
            try:
                await self.coordinator.submit_many(offered)
            except QueueFullError as error:
                taken = error.accepted
            self.turned_away += len(offered) - taken
            self.accepted[offered[0].tenant_id] += taken
            assert self.coordinator.health().balance.is_even
            await asyncio.sleep(TICK_SECONDS)

    async def tell(self, events: Iterator[Placed], until: float) -> None:
        """One event after another, each when its time has come, none waits for the one before."""
        async with asyncio.TaskGroup() as telling:
            while time.monotonic() < until:
                telling.create_task(self._tell(fresh(next(events))))
                await asyncio.sleep(TICK_SECONDS)

    async def _tell(self, event: Placed) -> None:
        began = time.monotonic()
        await self.coordinator.submit_and_wait([event])
        self.waits.append(time.monotonic() - began)

    @property
    def p95(self) -> float:
        return sorted(self.waits)[int(len(self.waits) * 0.95) - 1]


def main(learners: str, seconds: str) -> None:
    django.setup()
    houses = {name: loaded(name, int(learners)) for name in (QUIET, LOUD)}
    sys.stdout.write(json.dumps(asyncio.run(measured(houses, float(seconds)))) + "\n")


async def measured(houses: dict[str, list[Placed]], seconds: float) -> dict[str, float]:
    capacity = await capacity_of(houses[LOUD])
    alone, beside = [await quiet(houses, seconds, flood) for flood in (0.0, TIMES * capacity)]
    return {
        "capacity": capacity,
        "alone": alone.p95,
        "beside": beside.p95,
        "turned_away": beside.turned_away,
        "jain": await both(houses, seconds, TIMES * capacity / 2),
    }


async def capacity_of(events: Sequence[Placed]) -> float:
    """Events a second, with as many offered as there is room for."""
    async with coordinating() as coordinator:
        began = time.monotonic()
        await Scene(coordinator).flood(cycle(events), 20_000, began + MEASURING_SECONDS)
        return coordinator.health().balance.written / (time.monotonic() - began)


async def quiet(houses: dict[str, list[Placed]], seconds: float, flood: float) -> Scene:
    async with coordinating() as coordinator:
        scene, until = Scene(coordinator), time.monotonic() + seconds
        async with asyncio.TaskGroup() as together:
            together.create_task(scene.tell(cycle(houses[QUIET]), until))
            if flood:
                together.create_task(scene.flood(cycle(houses[LOUD]), flood, until))
    return scene


async def both(houses: dict[str, list[Placed]], seconds: float, each: float) -> float:
    """Jain's index of what two floods of the same size got written."""
    async with coordinating() as coordinator:
        scene, until = Scene(coordinator), time.monotonic() + seconds
        before = await asyncio.to_thread(written)
        async with asyncio.TaskGroup() as together:
            for events in houses.values():
                together.create_task(scene.flood(cycle(events), each, until))
        after = await asyncio.to_thread(written)
        shares = [float(after[tenant] - before[tenant]) for tenant in after]
        return sum(shares) ** 2 / (len(houses) * sum(share**2 for share in shares))


def coordinating() -> WriteCoordinator[Placed]:
    from coordinator.writes.options import Options  # noqa: PLC0415
    from coordinator.writes.write_coordinator import WriteCoordinator  # noqa: PLC0415
    from ingest.pipeline import PlacedSink  # noqa: PLC0415

    options: Options[Placed] = Options(tenant_of=lambda event: str(event.tenant_id), tenant_share=0.5)
    return WriteCoordinator(PlacedSink(), overflow_strategy="error", options=options)


def written() -> Counter[int]:
    """Events in the database, by institution."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT institution_id, COUNT(*) FROM courses_learningevent GROUP BY institution_id")
        return Counter(dict(cursor.fetchall()))


def loaded(name: str, learners: int) -> list[Placed]:
    """An institution with a section; its events, none of them stored."""
    from bench.classes import generated  # noqa: PLC0415  needs Django
    from courses.models import Institution, Section  # noqa: PLC0415
    from ingest.placing import Placed  # noqa: PLC0415
    from ingest.structure import write_section  # noqa: PLC0415
    from oracles.contract import TenantId  # noqa: PLC0415
    from tests.faults.writing import NOW  # noqa: PLC0415

    tenant = TenantId(Institution.objects.create(slug=name, name=name.title()).pk)
    made = generated(learners, NOW)
    write_section(tenant, made.record)
    section = Section.objects.for_tenant(tenant).get()
    return [Placed(tenant, section.pk, section.slug, event) for event in made.events()]


def fresh(event: Placed) -> Placed:
    """The same once more, under another id."""
    return replace(event, record=replace(event.record, event_id=uuid4()))


if __name__ == "__main__":
    main(*sys.argv[1:])

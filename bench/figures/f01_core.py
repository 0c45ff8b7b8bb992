"""F1: what the coordinator itself costs.

What: one transition of the pure core; one whole scope change through the driver, with the answers cached and not.
How: the transitions of a cold change (selection, look-up, seven answers), each timed; then a driver whose ports answer
at once from memory, timed from the selection until everything has been painted. The waits that are meant (`hold`,
`gather`: updates keep each other company) are set to zero; loads cost nothing.
Floor: none; nothing else does this.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from bench.contract import AtMost, Row
from bench.laboratory import Laboratory
from bench.statistics import spread
from coordinator.actions import Update
from coordinator.clock import LoopClock
from coordinator.contract import Limits, Token
from coordinator.driver import Driver
from coordinator.events import CacheConsulted, Event, OracleFinished, ScopeSelected
from coordinator.meters import SilentMeter
from coordinator.ports import Ports
from coordinator.session import new_session, step
from oracles.contract import DataStamp, Loaded, OracleKey, Scope, TenantId
from oracles.payloads import SchedulePosition
from snapshot.data_snapshot import PROFILE

SCOPES = [Scope(TenantId(1), 1, number, f"unit-{number}") for number in range(1, 9)]
CHANGES = 2_000
BUDGET = AtMost(1.0)


def measure(laboratory: Laboratory) -> list[Row]:
    changes = laboratory.repetitions(CHANGES)
    warm = asyncio.run(_changes(changes, {scope: _answers(scope) for scope in SCOPES}))
    cold = asyncio.run(_changes(changes, {}))
    return [
        Row("F1", "one transition of the core", "ms", spread(_transitions(changes)), BUDGET),
        Row("F1", "coordinator, cached change", "ms", spread(warm), BUDGET),
        Row("F1", "coordinator, cold change", "ms", spread(cold), BUDGET),
    ]


def _answers(scope: Scope) -> dict[OracleKey, Loaded]:
    return {key: Loaded(scope, key, SchedulePosition(label=""), 1, DataStamp()) for key in PROFILE.keys}


def _transitions(changes: int) -> list[float]:
    session, samples = new_session(), []
    for number in range(changes):
        scope = SCOPES[number % len(SCOPES)]
        for event in _events(scope, Token(number + 1)):
            started_at = perf_counter()
            session = step(session, event).session
            samples.append(1000 * (perf_counter() - started_at))
    return samples


def _events(scope: Scope, token: Token) -> Sequence[Event]:
    answers = _answers(scope)
    required = [OracleFinished(token, key, answers[key]) for key in sorted(PROFILE.required)]
    optional = [OracleFinished(token, key, answers[key]) for key in sorted(PROFILE.optional)]
    return [ScopeSelected(scope, PROFILE), CacheConsulted(token, PROFILE.keys), *required, *optional]


async def _changes(changes: int, known: Mapping[Scope, Mapping[OracleKey, Loaded]]) -> list[float]:
    ports = Ports(_Cache(known), _Runner(), SilentMeter(), LoopClock())
    driver, samples = Driver(ports, _Screen(), Limits(hold=0.0, gather=0.0)), []
    for number in range(changes):
        started_at = perf_counter()
        driver.feed(ScopeSelected(SCOPES[number % len(SCOPES)], PROFILE))
        await driver.finished(driver.session.issued)
        samples.append(1000 * (perf_counter() - started_at))
    await driver.close()
    return samples


class _Cache:
    """Knows some scopes and keeps nothing."""

    def __init__(self, known: Mapping[Scope, Mapping[OracleKey, Loaded]]) -> None:
        self._known = known

    async def consult(self, scope: Scope, keys: frozenset[OracleKey]) -> Mapping[OracleKey, Loaded]:
        known = self._known.get(scope, {})
        return {key: known[key] for key in keys & known.keys()}

    async def store(self, result: Loaded) -> None:
        pass


class _Runner:
    """Has every answer at once."""

    async def run(self, scope: Scope, key: OracleKey) -> Loaded:
        return Loaded(scope, key, SchedulePosition(label=""), 1, DataStamp())


class _Screen:
    async def paint(self, updates: Sequence[Update], is_current: Callable[[], bool]) -> None:
        pass

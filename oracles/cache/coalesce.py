"""One build per key and event loop, however many wait for it; it stops when the last of them leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from oracles.cache.keys import EntryKey
from oracles.contract import OracleResult

type Build = Callable[[], Awaitable[OracleResult]]
type FlightKey = tuple[asyncio.AbstractEventLoop, EntryKey]


class BuildStopped(Exception):
    """The build ended under somebody who still waited: the process is closing."""


@dataclass(slots=True, eq=False)
class Flight:
    task: asyncio.Task[OracleResult]
    waiting: int = 0


class Coalescer:
    def __init__(self) -> None:
        self._flights: dict[FlightKey, Flight] = {}

    def __len__(self) -> int:
        return len(self._flights)

    async def join(self, key: EntryKey, build: Build) -> OracleResult:
        """The result of the build that is under way for this key, or of a new one.

        Raises what the build raises, or BuildStopped.
        """
        place = (asyncio.get_running_loop(), key)
        flight = self._flights.get(place) or self._start(place, build)
        flight.waiting += 1
        try:
            await asyncio.wait({flight.task})
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                await self._stop(place, flight)
        if flight.task.cancelled():
            raise BuildStopped(f"expected a result for {key}")
        return flight.task.result()

    def _start(self, place: FlightKey, build: Build) -> Flight:
        flight = Flight(place[0].create_task(_run(build)))
        self._flights[place] = flight
        flight.task.add_done_callback(lambda _: self._forget(place, flight))
        return flight

    async def _stop(self, place: FlightKey, flight: Flight) -> None:
        self._forget(place, flight)  # whoever comes now starts anew
        flight.task.cancel()
        await asyncio.wait({flight.task})

    def _forget(self, place: FlightKey, flight: Flight) -> None:
        if self._flights.get(place) is flight:
            del self._flights[place]


async def _run(build: Build) -> OracleResult:
    return await build()

"""One request from its beginning to its end, for whoever has no screen: a page, a file, a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from coordinator.actions import ShowFailure, ShowResult, ShowTimeout, Update
from coordinator.contract import Limits, Profile
from coordinator.driver import Driver
from coordinator.events import ScopeSelected
from coordinator.ports import Ports
from oracles.contract import Failed, FailureReason, OracleKey, OracleResult, Scope


class Collector:
    """A screen that keeps the newest answer of each oracle."""

    def __init__(self) -> None:
        self.results: dict[OracleKey, OracleResult] = {}

    async def paint(self, updates: Sequence[Update], is_current: Callable[[], bool]) -> None:
        for update in updates if is_current() else ():
            if isinstance(update, ShowResult | ShowFailure):
                self.results[update.result.key] = update.result
            elif isinstance(update, ShowTimeout):
                self.results |= {key: Failed(update.scope, key, FailureReason.TIMEOUT) for key in update.keys}


async def answers_for(
    scope: Scope, profile: Profile, ports: Ports, limits: Limits | None = None
) -> Mapping[OracleKey, OracleResult]:
    """The answer to every key of the profile, optional ones included; what could not be had is a `Failed`.

    The same path as a dashboard's: cache first, then loads, under the same deadlines (at most `limits.deadline`
    for the required keys, and `limits.oracle_deadline` more for the optional ones).
    """
    screen = Collector()
    driver = Driver(ports, screen, limits)
    try:
        driver.feed(ScopeSelected(scope, profile))
        await driver.settled()
    finally:
        await driver.close()
    return screen.results

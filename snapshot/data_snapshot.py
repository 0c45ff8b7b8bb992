"""The one path to a section's numbers (FR-005): the complete page, the export and the commands all come through here.

It asks as an open dashboard asks, with a coordinator of its own: cache first, loads for what is missing, deadlines,
results stored. What comes back is assembled by the same pure functions that feed the tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from coordinator.actions import ShowFailure, ShowResult, ShowTimeout, Update
from coordinator.contract import Limits, Profile
from coordinator.driver import Driver
from coordinator.events import ScopeSelected
from coordinator.ports import Ports
from courses.contract import DashboardContext
from oracles.contract import Failed, FailureReason, Loaded, OracleKey, OracleResult, Scope
from snapshot.assembler import assemble
from snapshot.contract import Capability, Metadata, Projection, Readiness, Snapshot, Status
from snapshot.projections import OPTIONAL, REQUIRED

PROFILE = Profile(REQUIRED, OPTIONAL)


class Unauthorised(PermissionError):
    """Nobody's context: the default is to deny."""


class ProjectionUnavailable(LookupError):
    """The snapshot has no such projection; `status` says why."""

    def __init__(self, capability: Capability, status: Status) -> None:
        super().__init__(f"expected a projection of {capability}, it is {status.readiness} ({status.reason})")
        self.capability = capability
        self.status = status


async def answers(scope: Scope, ports: Ports, limits: Limits | None = None) -> Mapping[OracleKey, OracleResult]:
    """One result per oracle of the dashboard: loaded, or why not."""
    screen = _Collected(scope)
    driver = Driver(ports, screen, limits)
    try:
        driver.feed(ScopeSelected(scope, PROFILE))
        await driver.settled()
    finally:
        await driver.close()
    return screen.results


async def get_or_build(
    context: DashboardContext | None,
    ports: Ports,
    now: datetime,
    new_id: Callable[[], str],
    limits: Limits | None = None,
) -> Snapshot:
    """The snapshot of the context's scope as of now (aware).

    Raises:
        Unauthorised: there is no context, that is nobody was let in.
    """
    if context is None:
        raise Unauthorised("expected a context from courses.access, got none")
    results = await answers(context.scope, ports, limits)
    snapshot_id = new_id()
    return assemble(metadata(context, now, newest(results)), context.scope, snapshot_id, results, snapshot_id)


def get_projection(snapshot: Snapshot, capability: Capability, *, allow_partial: bool = True) -> Projection:
    """A projection of the snapshot.

    Raises:
        ProjectionUnavailable: there is none, or it is partial and that will not do.
    """
    status = snapshot.projection_statuses[capability]
    is_wanted = status.readiness is Readiness.READY or (allow_partial and status.readiness is Readiness.PARTIAL)
    if not is_wanted:
        raise ProjectionUnavailable(capability, status)
    return snapshot.projections[capability]


def metadata(context: DashboardContext, now: datetime, as_of: datetime | None) -> Metadata:
    """What a snapshot says about itself."""
    return Metadata(
        institution=context.institution_slug,
        section=context.section_slug,
        section_title=context.section_title,
        course_title=context.course_title,
        time_zone=context.time_zone,
        generated_at=now,
        as_of=as_of,
        semantics=context.semantics,
        credit=context.credit,
    )


def newest(results: Mapping[OracleKey, OracleResult]) -> datetime | None:
    """The newest event time that any of the results has seen."""
    times = [result.stamp.as_of for result in results.values() if isinstance(result, Loaded) and result.stamp.as_of]
    return max(times, default=None)


class _Collected:
    """A screen that keeps what it is shown."""

    def __init__(self, scope: Scope) -> None:
        self.results: dict[OracleKey, OracleResult] = {}
        self._scope = scope

    async def paint(self, updates: Sequence[Update], is_current: Callable[[], bool]) -> None:
        if is_current():
            for update in updates:
                self._keep(update)

    def _keep(self, update: Update) -> None:
        match update:
            case ShowResult(result=result) | ShowFailure(result=result):
                self.results[result.key] = result
            case ShowTimeout(keys=keys):
                gone = {key: Failed(self._scope, key, FailureReason.TIMEOUT) for key in keys - self.results.keys()}
                self.results.update(gone)
            case _:
                pass

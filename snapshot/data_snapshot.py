"""The one path to a section's numbers (FR-005): the complete page, the export and the commands all come through here.

It asks as an open dashboard asks, with a coordinator of its own: cache first, loads for what is missing, deadlines,
results stored. What comes back is assembled by the same pure functions that feed the tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from coordinator.answers import answers_for
from coordinator.contract import Limits, Profile
from coordinator.ports import Ports
from courses.contract import DashboardContext
from oracles.contract import Loaded, OracleKey, OracleResult, TenantId
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


class SnapshotStore(Protocol):
    """Keeps complete snapshots for a day, so that what is on the screen is what is exported."""

    async def save(self, snapshot: Snapshot) -> None:
        """It can be loaded from now on, by its own tenant only."""
        ...

    async def load(self, tenant_id: TenantId, snapshot_id: str) -> Snapshot | None:
        """The snapshot under this id, if it is this tenant's and has not expired."""
        ...


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
    results = await answers_for(context.scope, PROFILE, ports, limits)
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

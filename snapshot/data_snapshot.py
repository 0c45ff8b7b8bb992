"""The one path to a section's numbers (FR-005): the complete page, the export and the commands all come through here.

It asks as an open dashboard asks, with a coordinator of its own: cache first, loads for what is missing, deadlines,
results stored. What comes back is assembled by the same pure functions that feed the tiles.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Protocol

from coordinator.answers import answers_for
from coordinator.contract import Limits, Profile
from coordinator.ports import Ports
from courses.contract import DashboardContext
from oracles.contract import Loaded, OracleKey, OracleResult, TenantId
from snapshot.assembler import assemble
from snapshot.contract import Capability, Metadata, Projection, Readiness, Reason, Snapshot, Status
from snapshot.projections import RULES, TABLE, derive
from snapshot.projections.material import Outcome
from snapshot.projections.rules import Rules, Table, choose
from snapshot.telemetry import Stopwatch, record_assembly, record_projections

PROFILE = Profile(RULES.required, RULES.optional)
"""What is asked where nobody chooses other versions."""


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
    *,
    rules: Rules = RULES,
) -> Snapshot:
    """The snapshot of the context's scope as of now (aware), under these rules (`projections.in_force` chooses them).

    Raises:
        Unauthorised: there is no context, that is nobody was let in.
    """
    if context is None:
        raise Unauthorised("expected a context from courses.access, got none")
    results = await answers_for(context.scope, profile_of(rules), ports, limits)
    about = metadata(context, now, newest(results))
    snapshot_id = new_id()
    # A class of ten thousand takes a moment; open dashboards are not to wait for it.
    making = partial(assemble, about, context.scope, snapshot_id, results, snapshot_id, rules=rules)
    return await asyncio.to_thread(_measured, making, ports)


def _measured(making: Callable[..., Snapshot], ports: Ports) -> Snapshot:
    """The snapshot; how long it took and how ready its parts are has been said."""
    watch, begun_at = Stopwatch(ports.clock.now), ports.clock.now()
    made = making(watch=watch)
    record_assembly(ports.meter, made.scope, ports.clock.now() - begun_at)
    record_projections(ports.meter, made.scope, made.projection_statuses, watch.seconds)
    return made


def profile_of(rules: Rules) -> Profile:
    """What these rules ask of the oracles."""
    return Profile(rules.required, rules.optional)


def get_projection(
    snapshot: Snapshot,
    capability: Capability,
    *,
    version: int | None = None,
    allow_partial: bool = True,
    table: Table = TABLE,
) -> Projection:
    """A projection of the snapshot; of that version, whatever version the snapshot was made with.

    Raises:
        ProjectionUnavailable: there is none, or it is partial and that will not do.
        UnknownVersion: there is no such version.
    """
    found, status = _outcome(snapshot, capability, version, table)
    is_wanted = status.readiness is Readiness.READY or (allow_partial and status.readiness is Readiness.PARTIAL)
    if found is None or not is_wanted:
        raise ProjectionUnavailable(capability, status)
    return found


def _outcome(snapshot: Snapshot, capability: Capability, version: int | None, table: Table) -> Outcome:
    """As it stands in the snapshot; another version is derived of the same answers, if they are still at hand."""
    if version is None or version == snapshot.projection_versions[capability]:
        return snapshot.projections.get(capability), snapshot.projection_statuses[capability]
    rules = choose(table, {**snapshot.projection_versions, capability: version})
    if not snapshot.oracles:
        return None, Status(Readiness.UNAVAILABLE, Reason.UNSUPPORTED_VERSION)
    return derive(capability, snapshot.metadata, snapshot.oracles, rules=rules)


def metadata(context: DashboardContext, now: datetime, as_of: datetime | None) -> Metadata:
    """What a snapshot says about itself.

    Its moment is the minute: a page, a file and a command of the same minute must agree on who has been inactive for
    seven days, and the page's tiles are kept for a minute.
    """
    return Metadata(
        institution=context.institution_slug,
        section=context.section_slug,
        section_title=context.section_title,
        course_title=context.course_title,
        time_zone=context.time_zone,
        generated_at=now.replace(second=0, microsecond=0),
        as_of=as_of,
        semantics=context.semantics,
        credit=context.credit,
    )


def newest(results: Mapping[OracleKey, OracleResult]) -> datetime | None:
    """The newest event time that any of the results has seen."""
    times = [result.stamp.as_of for result in results.values() if isinstance(result, Loaded) and result.stamp.as_of]
    return max(times, default=None)

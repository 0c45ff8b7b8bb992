"""What is measured of snapshots and projections (seed section 12, NFR-OPS-001): names, labels, own seconds. Pure.

No label is an id: `scope` is `course` or `container`; the others are capabilities and readiness states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from coordinator.ports import Meter
from oracles.contract import Scope
from snapshot.contract import Capability, Status

ASSEMBLY = "snapshot_assembly_duration_seconds"
PROJECTION = "projection_duration_seconds"
READINESS = "projection_status"
"""Prometheus adds `_total` to the name of a counter."""


class Stopwatch:
    """Tells how long each capability took by itself: what it asked of another one counts for the other one."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` gives monotonic seconds."""
        self.seconds: dict[Capability, float] = {}
        self._now = now
        self._within = 0.0

    @contextmanager
    def __call__(self, capability: Capability) -> Iterator[None]:
        begun_at, outside, self._within = self._now(), self._within, 0.0
        try:
            yield
        finally:
            whole = self._now() - begun_at
            self.seconds[capability] = self.seconds.get(capability, 0.0) + whole - self._within
            self._within = outside + whole


def kind_of(scope: Scope) -> str:
    """What may be said of a scope where everybody can read it: `course` or `container`."""
    return "course" if scope.container_key is None else "container"


def record_assembly(meter: Meter, scope: Scope, seconds: float) -> None:
    """One snapshot was assembled, projections included."""
    meter.observe(ASSEMBLY, seconds, scope=kind_of(scope))


def record_projections(
    meter: Meter, scope: Scope, statuses: Mapping[Capability, Status], seconds: Mapping[Capability, float]
) -> None:
    """These capabilities were derived: how ready each is and how long it took, where that is known."""
    kind = kind_of(scope)
    for capability, status in statuses.items():
        meter.count(READINESS, capability=capability.value, status=status.readiness.value, scope=kind)
        if capability in seconds:
            meter.observe(PROJECTION, seconds[capability], capability=capability.value, scope=kind)

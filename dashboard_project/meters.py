"""The figures of snapshots, exports, oracles and the audit for Prometheus (NFR-OPS-001), with labels and buckets.

They are on /metrics from the start, so that an alert can tell nought from nothing; the coordinator's own come with
their first use. No label is an id: the values of every label are listed here or in an enum.
"""

from __future__ import annotations

from enum import StrEnum

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram

from coordinator.meters import PrometheusMeter
from coordinator.ports import Meter
from oracles.contract import Scope
from snapshot.telemetry import ASSEMBLY, PROJECTION, READINESS, kind_of

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.5, 0.7, 1.0, 1.5, 2.5, 5.0, 10.0)
"""The limits of the requirements are among them: 300 ms, 700 ms, 5 s."""
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""For what is counted in records, not in seconds."""

EXPORT = "export_duration_seconds"
EXPORTS = "exports"
MISMATCHES = "parity_mismatches"
AUDIT_FAILURES = "audit_failures"
ORACLE = "oracle_load_duration_seconds"
BATCH = "coordinator_batch_records"
SCOPES = ("course", "container")


class ExportStatus(StrEnum):
    """How an export ended."""

    WHOLE = "whole"
    PARTIAL = "partial"
    REFUSED = "refused"
    """Something could not be made, and a partial one was not asked for."""
    FAILED = "failed"
    """Nothing left the house: it broke, or it could not be written down who took it."""


class Figures:
    """A meter: names that are declared here have metrics of their own, all others become one at their first use."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._others = PrometheusMeter(registry)
        self._histograms = {
            name: Histogram(name, text, labels, buckets=buckets, registry=registry)
            for name, text, labels, buckets in (
                (ASSEMBLY, "Assembling one snapshot, its projections included", ("scope",), BUCKETS),
                (
                    PROJECTION,
                    "Deriving one projection, what it asked of others apart",
                    ("capability", "scope"),
                    BUCKETS,
                ),
                (EXPORT, "Making one export, from its snapshot to its bytes", ("scope",), BUCKETS),
                (ORACLE, "One question to the database, waiting for its turn included", ("oracle", "status"), BUCKETS),
                (BATCH, "Records of one batch that was written", (), SIZES),
            )
        }
        self._counters = {
            name: Counter(name, text, labels, registry=registry)
            for name, text, labels in (
                (READINESS, "Projections derived, by how ready they are", ("capability", "status", "scope")),
                (EXPORTS, "Exports asked for, by how they ended", ("status", "scope")),
                (MISMATCHES, "Numbers that differed between two places that show the same snapshot", ()),
                (AUDIT_FAILURES, "Views of named learners that could not be written down", ()),
            )
        }
        for status in ExportStatus:
            for scope in SCOPES:
                self._counters[EXPORTS].labels(status=status.value, scope=scope)

    def count(self, name: str, **labels: str) -> None:
        metric = self._counters.get(name)
        if metric is None:
            self._others.count(name, **labels)
        else:
            (metric.labels(**labels) if labels else metric).inc()

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        metric = self._histograms.get(name)
        if metric is None:
            self._others.observe(name, seconds, **labels)
        else:
            (metric.labels(**labels) if labels else metric).observe(seconds)

    def adjust(self, name: str, delta: int) -> None:
        self._others.adjust(name, delta)


FIGURES = Figures()
"""Those of this process. Any thread may call."""


def record_export(scope: Scope, status: ExportStatus, seconds: float, meter: Meter = FIGURES) -> None:
    """One export ended; `seconds` is how long it took to make, or to find that it cannot be made."""
    meter.count(EXPORTS, status=status.value, scope=kind_of(scope))
    meter.observe(EXPORT, seconds, scope=kind_of(scope))


def record_audit_failure(meter: Meter = FIGURES) -> None:
    """Somebody saw named learners, and it could not be written down."""
    meter.count(AUDIT_FAILURES)


def record_mismatch(meter: Meter = FIGURES) -> None:
    """A number in one place is not the number in another: nobody may ever see this happen."""
    meter.count(MISMATCHES)

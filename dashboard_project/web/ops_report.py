"""What an operator is shown of an institution: what came in, what waits, what failed, who took what.

Figures of the institution are read from the database and hold for all processes. Those of the process (write queue,
open dashboards, questions) are of the one that answers, and the page says so.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.db.models import Count, Min, OuterRef, Subquery

from coordinator.writes.health import CoordinatorHealth
from courses.models import AuditEntry, Enrollment, Institution, LearningEvent, Section
from dashboard_project import wiring
from dashboard_project.diagnosis import Finding, examine
from dashboard_project.lifecycle import lifecycle
from dashboard_project.oracle_figures import OracleReport
from ingest.models import DeadLetter
from oracles.contract import TenantId

LAST = 12
HANDED_OUT = frozenset({
    AuditEntry.Action.EXPORT,
    AuditEntry.Action.EXPORT_TABLE,
    AuditEntry.Action.EXPORT_COMMAND,
    AuditEntry.Action.EXPORT_BUNDLE,
    AuditEntry.Action.SNAPSHOT_COMMAND,
})  # fmt: skip
A_DAY, TWO_HOURS, TWO_MINUTES = timedelta(days=1), timedelta(hours=2), timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class SectionState:
    """How far a section's data has come, and who looks at it."""

    slug: str
    title: str
    learners: int
    as_of: datetime | None
    """When the newest event happened."""
    arrived_at: datetime | None
    """When that event was stored."""
    waiting_letters: int
    dashboards: int
    """Open in this process."""

    @property
    def delay(self) -> timedelta | None:
        """How long the newest event took from happening to being stored."""
        if self.as_of is None or self.arrived_at is None:
            return None
        return max(timedelta(0), self.arrived_at - self.as_of)

    @property
    def delay_seconds(self) -> int | None:
        """Where it is under two minutes."""
        return None if self.delay is None or self.delay >= TWO_MINUTES else round(self.delay.total_seconds())

    @property
    def delay_minutes(self) -> int | None:
        """Where it is under two hours; above that a date says more."""
        return None if self.delay is None or self.delay >= TWO_HOURS else round(self.delay.total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class Letters:
    """Records given up for one reason that wait for somebody."""

    reason: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the audit."""

    at: datetime
    actor: str
    account: str
    action: str
    section: str
    scope: str
    rows: int


@dataclass(frozen=True, slots=True)
class Writes:
    """The write coordinator of this process."""

    queue: str
    """`memory`, or `streams` where others write."""
    state: str
    breaker: str
    pressure: str
    queued: int
    in_flight: int
    capacity: int
    oldest_seconds: float
    workers: int
    last_error: str
    is_even: bool
    """Every record that was ever taken is accounted for."""


@dataclass(frozen=True, slots=True)
class Process:
    number: int
    sockets: int
    """Of all institutions."""
    is_draining: bool
    writes: Writes | None
    """Nothing has been taken by this process yet."""


@dataclass(frozen=True, slots=True)
class OpsReport:
    """The whole page; also its machine form."""

    institution: str
    name: str
    made_at: datetime
    names_hidden_since: datetime | None
    sections: tuple[SectionState, ...]
    letters: tuple[Letters, ...]
    actions: dict[str, int]
    """Of the last 24 hours, by kind."""
    audit: tuple[Entry, ...]
    oracles: OracleReport
    process: Process
    findings: tuple[Finding, ...]

    @property
    def waiting_letters(self) -> int:
        return sum(each.count for each in self.letters)

    @property
    def dashboards(self) -> int:
        return sum(each.dashboards for each in self.sections)

    @property
    def queued(self) -> int | None:
        """Events that wait in this process; `None` before any came."""
        return None if self.process.writes is None else self.process.writes.queued

    @property
    def failed_questions(self) -> int:
        return sum(each.failed for each in self.oracles.oracles)

    @property
    def exports(self) -> int:
        """Files and printouts that name learners, of the last 24 hours."""
        return sum(count for action, count in self.actions.items() if action in HANDED_OUT)


def ops_report(institution: Institution, now: datetime) -> OpsReport:
    """Everything about one institution, as of now. Eight statements, whatever its size."""
    tenant_id = TenantId(institution.pk)
    letters = _letters(tenant_id)
    return OpsReport(
        institution=institution.slug,
        name=institution.name,
        made_at=now,
        names_hidden_since=institution.names_hidden_since,
        sections=_sections(tenant_id, letters),
        letters=_by_reason(letters),
        actions=_actions(tenant_id, now - A_DAY),
        audit=_audit(tenant_id),
        oracles=wiring.ORACLE_FIGURES.report(tenant_id),
        process=_process(),
        findings=tuple(examine()),
    )


class _Letters(TypedDict):
    section_id: int | None
    reason: str
    count: int
    oldest: datetime


def _letters(tenant_id: TenantId) -> list[_Letters]:
    waiting = DeadLetter.objects.for_tenant(tenant_id).filter(status=DeadLetter.Status.WAITING).order_by()
    grouped = waiting.values("section_id", "reason").annotate(count=Count("pk"), oldest=Min("first_failed_at"))
    return [_Letters(**row) for row in grouped]


def _by_reason(letters: list[_Letters]) -> tuple[Letters, ...]:
    found: defaultdict[str, list[_Letters]] = defaultdict(list)
    for row in letters:
        found[row["reason"]].append(row)
    reasons = (
        Letters(reason, sum(row["count"] for row in rows), min(row["oldest"] for row in rows))
        for reason, rows in found.items()
    )
    return tuple(sorted(reasons, key=lambda each: (-each.count, each.reason)))


def _sections(tenant_id: TenantId, letters: list[_Letters]) -> tuple[SectionState, ...]:
    waiting: Counter[int | None] = Counter()
    for row in letters:
        waiting[row["section_id"]] += row["count"]
    dashboards = wiring.open_dashboards()
    newest = LearningEvent.objects.for_tenant(tenant_id).filter(section_id=OuterRef("pk")).order_by("-timestamp", "-pk")
    rows = Section.objects.for_tenant(tenant_id).annotate(
        learners=Count("enrollments", filter=Enrollment.counted("enrollments__")),
        as_of=Subquery(newest.values("timestamp")[:1]),
        arrived_at=Subquery(newest.values("stored")[:1]),
    )
    states = (
        SectionState(row.slug, row.title, row.learners, row.as_of, row.arrived_at, waiting[row.pk], dashboards[row.pk])
        for row in rows.order_by("title", "pk")
    )
    return tuple(states)


def _actions(tenant_id: TenantId, since: datetime) -> dict[str, int]:
    entries = AuditEntry.objects.for_tenant(tenant_id).filter(at__gte=since).order_by()
    return dict(entries.values_list("action").annotate(count=Count("pk")).order_by("action"))


def _audit(tenant_id: TenantId) -> tuple[Entry, ...]:
    entries = AuditEntry.objects.for_tenant(tenant_id).order_by("-at", "-pk")
    rows = entries.values_list("at", "actor", "actor_name", "action", "section", "scope", "rows")[:LAST]
    return tuple(Entry(*row) for row in rows)


def _process() -> Process:
    return Process(os.getpid(), lifecycle.open_sockets, lifecycle.is_draining, _writes(wiring.write_health()))


def _writes(health: CoordinatorHealth | None) -> Writes | None:
    if health is None:
        return None
    return Writes(
        queue=settings.INGEST_QUEUE,
        state=health.state.value,
        breaker=health.breaker.value,
        pressure=health.pressure.name.lower(),
        queued=health.queue_size,
        in_flight=health.in_flight,
        capacity=health.capacity,
        oldest_seconds=round(health.oldest_age, 1),
        workers=health.workers_alive,
        last_error=health.last_error,
        is_even=health.balance.is_even,
    )

"""What is to be done by the clock, and how often. Every job may run anywhere, twice, or late: the database decides.

No task queue stands beside these tables: what is to be done is in them already (mail that is due, decisions with a
time, digests of a week), is claimed row by row, and survives whoever was at it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError

from courses.models import Institution
from dashboard_project.composition.console import deliver_mail, run_console
from dashboard_project.composition.digest import run_digests
from dashboard_project.composition.test_drive import purge_drives
from dashboard_project.composition.tray import look_at_trays
from experiences.decision_console import reading
from experiences.outbox import queueing
from experiences.outbox.delivery import ServerAway
from oracles.contract import TenantId

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done again and again; it returns counts."""

    name: str
    every: timedelta
    run: Callable[[], Mapping[str, int]]


JOBS: tuple[Job, ...] = (
    Job("decisions", timedelta(seconds=30), run_console),
    Job("trays", timedelta(hours=12), look_at_trays),
    Job("digests", timedelta(hours=1), run_digests),
    Job("mail", timedelta(seconds=5), deliver_mail),
    Job("outcomes", timedelta(seconds=30), run_console),
    Job("test drives", timedelta(days=1), purge_drives),
)
"""In this order: what is executed is sent, what was sent is told; a digest finds its trays looked at.

Trays twice a day, so that every day has its score whatever the zone.
"""


LATE = timedelta(minutes=10)
"""What has waited so long beyond its time waits for a schedule that nobody runs."""


def waiting(now: datetime) -> dict[str, int]:
    """What should have been done by the clock and was not: mails and decisions of all institutions."""
    tenants = [TenantId(pk) for pk in Institution.objects.order_by("pk").values_list("pk", flat=True)]
    return {
        "mails": sum(queueing.waiting_since(tenant_id, now - LATE) for tenant_id in tenants),
        "decisions": sum(reading.waiting_since(tenant_id, now - LATE) for tenant_id in tenants),
    }


@dataclass(frozen=True, slots=True)
class Done:
    """One job's turn."""

    name: str
    counts: Mapping[str, int]
    error: str = ""


class Schedule:
    """Remembers when each job had its last turn."""

    def __init__(self, jobs: tuple[Job, ...] = JOBS) -> None:
        self._jobs = jobs
        self._last: dict[str, datetime] = {}

    def run_due(self, now: datetime) -> list[Done]:
        """Every job whose turn it is has had it. One that fails costs the others nothing, and has its next turn."""
        due = [job for job in self._jobs if job.name not in self._last or now - self._last[job.name] >= job.every]
        self._last |= {job.name: now for job in due}
        return [_turn(job) for job in due]


def _turn(job: Job) -> Done:
    try:
        return Done(job.name, job.run())
    except (ServerAway, DatabaseError) as error:
        log.warning("job_failed", job=job.name, error=type(error).__name__)
        return Done(job.name, {}, " ".join(str(error).split()))

"""What is remembered of a section's tray."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db.models import F

from experiences.calculators.levels import Confidence
from experiences.hygiene_tray.contract import DetectorName, Targets
from experiences.hygiene_tray.issues import Batch, Issue, LastLook, Order, ScoreOfDay
from experiences.hygiene_tray.memory.rows import issue_of
from experiences.hygiene_tray.models import HygieneScore, TrayChange, TrayIssue, TrayOrder, TrayScan, TrayTargets
from oracles.contract import TenantId

KEPT_IN_SIGHT = timedelta(days=30)
"""How long what was closed is still listed."""
UNDO_FOR = timedelta(hours=24)
MOST_BATCHES = 5
MOST_ISSUES = 2_000
DAYS_OF_SCORES = 90


def issues(tenant_id: TenantId, section_id: int, now: datetime) -> tuple[Issue, ...]:
    """By impact: what is there now, and what was closed or last seen lately."""
    rows = TrayIssue.objects.for_tenant(tenant_id).filter(section=section_id)
    in_sight = rows.filter(last_seen_at__gte=now - KEPT_IN_SIGHT) | rows.filter(is_detected=True)
    return tuple(issue_of(row) for row in in_sight.order_by("-impact", "pk")[:MOST_ISSUES])


def blocking(tenant_id: TenantId, section_id: int) -> tuple[Issue, ...]:
    """Every issue that somebody has still to close."""
    rows = TrayIssue.objects.for_tenant(tenant_id).filter(section=section_id)
    live = rows.filter(status__in=["open", "in_progress", "error"]) | rows.filter(is_contested=True)
    return tuple(issue_of(row) for row in live.order_by("pk"))


def order(tenant_id: TenantId, section_id: int, user_id: int | None) -> Order:
    row = TrayOrder.objects.for_tenant(tenant_id).filter(section=section_id, user=user_id).first()
    return Order() if row is None else Order(tuple(row.issues), row.version)


def last_look(tenant_id: TenantId, section_id: int) -> LastLook:
    row = TrayScan.objects.for_tenant(tenant_id).filter(section=section_id).first()
    if row is None:
        return LastLook()
    unmeasured = {DetectorName(name): str(reason) for name, reason in row.unmeasured.items()}
    return LastLook(row.at, row.as_of, row.signature, unmeasured)


def scores(tenant_id: TenantId, section_id: int) -> tuple[ScoreOfDay, ...]:
    """The newest days, oldest first."""
    rows = HygieneScore.objects.for_tenant(tenant_id).filter(section=section_id).order_by("-day")[:DAYS_OF_SCORES]
    return tuple(
        ScoreOfDay(row.day, row.score, Confidence(row.confidence), row.checks, row.dimensions) for row in reversed(rows)
    )


def targets(tenant_id: TenantId, section_id: int) -> Targets:
    row = TrayTargets.objects.for_tenant(tenant_id).filter(section=section_id).first()
    return Targets() if row is None else Targets(row.grading_days, row.high_stakes_pct, row.feed_hours)


def undoable(tenant_id: TenantId, section_id: int, now: datetime, actor: str = "") -> tuple[Batch, ...]:
    """What persons changed within a day and nobody has changed since; of one actor only, if named. Newest first."""
    rows = TrayChange.objects.for_tenant(tenant_id).filter(
        issue__section=section_id,
        issue__institution=tenant_id,
        at__gte=now - UNDO_FOR,
        decided_by__in=[TrayChange.DecidedBy.HUMAN, TrayChange.DecidedBy.HUMAN_BULK],
        issue__version=F("version"),
    )
    mine = rows.filter(actor=actor) if actor else rows
    in_order = mine.order_by("-at", "batch", "pk")[: 100 * MOST_BATCHES]
    batches = [_batch(list(some)) for _, some in groupby(in_order, attrgetter("batch"))]
    return tuple(batches[:MOST_BATCHES])


def _batch(rows: list[TrayChange]) -> Batch:
    first = rows[0]
    return Batch(first.batch, first.verb, first.at, tuple(row.issue_id for row in rows))

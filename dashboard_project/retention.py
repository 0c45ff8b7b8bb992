"""How long what is stored: one row per kind, each with the setting that says it. `manage.py purge` goes by this table.

Nothing goes by itself but kept snapshots (a day, in the cache) and, when new ones are written, kept facts and settled
dead letters. Waiting dead letters never go: somebody has to look. Every removal is done in batches of its own
transaction, so a large one locks nothing for long and can be stopped at any moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.append_only import AUDIT
from courses.audit import Actor
from courses.models import AuditEntry, KeptFacts, LastVisit
from ingest.models import DeadLetter
from ingest.old_events import count_events, forget_events
from oracles.contract import TenantId

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of rows: how long, and what counts and removes those from before a moment."""

    key: str
    what: Promise | str
    setting: str
    count: Callable[[TenantId, datetime], int]
    remove: Callable[[TenantId, datetime], int]
    at_least: int = 0

    @property
    def days(self) -> int | None:
        """`None` is for ever.

        Raises:
            ImproperlyConfigured: fewer days than the database allows.
        """
        days: int | None = getattr(settings, self.setting)
        if days is not None and days < self.at_least:
            raise ImproperlyConfigured(f"{self.setting}: expected at least {self.at_least} days, got {days}")
        return days

    def cutoff(self, now: datetime) -> datetime | None:
        return None if self.days is None else now - timedelta(days=self.days)


def purge(tenant_id: TenantId, actor: Actor, now: datetime, *, dry_run: bool = False) -> dict[str, int]:
    """What is older than its rule is gone; rows by kind. With `dry_run`: how many would go.

    Raises:
        ImproperlyConfigured: a setting cannot be obeyed; nothing was removed.
    """
    cutoffs = [(rule, before) for rule in RULES if (before := rule.cutoff(now)) is not None]
    if dry_run:
        return {rule.key: rule.count(tenant_id, before) for rule, before in cutoffs}
    removed = {rule.key: rule.remove(tenant_id, before) for rule, before in cutoffs}
    if any(removed.values()):
        _write_down(tenant_id, actor, now, removed)
    return removed


def purge_sign_ins(now: datetime, *, dry_run: bool = False) -> int:
    """Sessions that have expired, and failed sign-ins older than their rule, are gone; returns how many."""
    days: int | None = settings.SIGN_INS_KEPT_DAYS
    rows: list[QuerySet[models.Model]] = [Session.objects.filter(expire_date__lt=now)]
    if days is not None:
        before = now - timedelta(days=days)
        rows += [model.objects.filter(attempt_time__lt=before) for model in (AccessAttempt, AccessLog)]
    return sum(each.count() if dry_run else in_batches(each) for each in rows)


def in_batches(rows: QuerySet[models.Model], size: int = BATCH) -> int:
    """The rows are gone, `size` in a transaction; returns how many they were."""
    gone = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:size]):
        gone += rows.filter(pk__in=ids).delete()[0]
    return gone


def _facts(tenant_id: TenantId, before: datetime) -> QuerySet[KeptFacts]:
    return KeptFacts.objects.for_tenant(tenant_id).filter(taken_at__lt=before)


def _visits(tenant_id: TenantId, before: datetime) -> QuerySet[LastVisit]:
    return LastVisit.objects.for_tenant(tenant_id).filter(seen_at__lt=before)


def _letters(tenant_id: TenantId, before: datetime) -> QuerySet[DeadLetter]:
    letters = DeadLetter.objects.for_tenant(tenant_id).filter(last_failed_at__lt=before)
    return letters.exclude(status=DeadLetter.Status.WAITING)


def _entries(tenant_id: TenantId, before: datetime) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.for_tenant(tenant_id).filter(at__lt=before)


def _rule(
    key: str,
    what: Promise,
    setting: str,
    old: Callable[[TenantId, datetime], QuerySet[models.Model]],
    at_least: int = 0,
) -> Rule:
    """A rule about rows that go by themselves."""
    return Rule(
        key,
        what,
        setting,
        lambda tenant_id, before: old(tenant_id, before).count(),
        lambda tenant_id, before: in_batches(old(tenant_id, before)),
        at_least,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "events",
        _("Events and what follows from them, after the end of their section"),
        "EVENTS_KEPT_DAYS",
        count_events,
        forget_events,
    ),
    _rule("kept_facts", _("Numbers of earlier days, to compare with"), "FACTS_KEPT_DAYS", _facts),
    _rule("last_visits", _("When somebody last looked"), "FACTS_KEPT_DAYS", _visits),
    _rule("dead_letters", _("Records given up that were brought back or discarded"), "LETTERS_KEPT_DAYS", _letters),
    _rule("audit", _("Who saw, took or removed what"), "AUDIT_KEPT_DAYS", _entries, AUDIT.kept_days),
)


def _write_down(tenant_id: TenantId, actor: Actor, now: datetime, removed: dict[str, int]) -> None:
    AuditEntry.objects.for_tenant(tenant_id).create(
        at=now,
        actor=actor.pseudonym,
        actor_name=actor.name[:150],
        action=AuditEntry.Action.PURGE,
        rows=sum(removed.values()),
        request_id=uuid4().hex,
        details={"rows": removed},
    )

"""What the numbers were, day by day, and when somebody last looked: written behind a dashboard, read by “what changed”.

Rules:
- Of a day (in the section's zone), a scope and one set of settings the first numbers are kept, and only if every
  capability was ready: half a class is no basis for a comparison.
- A visit ends when a scope has not been on that person's screen for half an hour.
- What is older than the retention goes when something new is written. 0 days: nothing is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, QuerySet, Value, When

from courses.contract import DashboardContext
from courses.models import KeptFacts, LastVisit, LearningEvent
from oracles.contract import Scope
from snapshot.contract import Readiness, Snapshot
from snapshot.differences import Kept

FOREVER_DAYS = 36_500
VISIT_ENDS_AFTER = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=5)
"""An open dashboard is painted again and again; when it was last looked at need not be known to the second."""
REMEMBERED = 2_000


def retention_days() -> int:
    """The setting FACTS_KEPT_DAYS."""
    days: int | None = settings.FACTS_KEPT_DAYS
    return FOREVER_DAYS if days is None else days


class FactsMemory:
    """Implements `dashboard_project.web.shown.Memory` on the database. Any thread may call."""

    def __init__(self, days: Callable[[], int] = retention_days) -> None:
        self._days = days
        self._noted: OrderedDict[tuple[int | None, Scope], datetime] = OrderedDict()
        self._lock = Lock()

    def keep(self, context: DashboardContext, snapshot: Snapshot) -> None:
        """The day's first complete numbers of this scope under these settings are kept."""
        if not self._days() or not _is_whole(snapshot):
            return
        row, own = _row(context, snapshot), _kept(snapshot.scope)
        if own.filter(day=row.day, config_signature=row.config_signature).exists():
            return
        row.events = events_reported(snapshot.scope)
        # Another process may have been first meanwhile: its row stands.
        own.bulk_create([row], ignore_conflicts=True)
        self._forget(snapshot.scope, row.taken_at - timedelta(days=self._days()))

    def is_due(self, context: DashboardContext, at: datetime) -> bool:
        """Whether a visit at this moment may be news; asks no database."""
        with self._lock:
            noted = self._noted.get((context.user_id, context.scope))
        return noted is None or at - noted >= NOTED_EVERY

    def visit(self, context: DashboardContext, at: datetime) -> None:
        """It is known that this person has the scope on the screen at this moment."""
        if not self._days() or context.user_id is None or not self.is_due(context, at):
            return
        self._note(context, at)
        own = _visits(context.scope, context.user_id)
        row = own.first()
        if row is None:
            visit = LastVisit(
                section_id=context.scope.section_id,
                user_id=context.user_id,
                scope=context.scope.address,
                seen_at=at,
            )
            LastVisit.objects.for_tenant(context.tenant_id).bulk_create([visit], ignore_conflicts=True)
        elif at - row.seen_at >= VISIT_ENDS_AFTER:
            own.filter(seen_at=row.seen_at).update(previous_at=row.seen_at, seen_at=at)
        else:
            own.filter(seen_at__lt=at).update(seen_at=at)

    def _note(self, context: DashboardContext, at: datetime) -> None:
        with self._lock:
            self._noted[context.user_id, context.scope] = at
            while len(self._noted) > REMEMBERED:
                self._noted.popitem(last=False)

    def _forget(self, scope: Scope, before: datetime) -> None:
        KeptFacts.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id, taken_at__lt=before).delete()
        LastVisit.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id, seen_at__lt=before).delete()


@dataclass(frozen=True, slots=True)
class KeptDay:
    """One entry of what is kept of a scope."""

    pk: int
    day: date
    taken_at: datetime
    config_signature: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What the present is compared with."""

    pk: int
    taken_at: datetime
    as_of: datetime | None
    kept: Kept


def days_kept(scope: Scope) -> tuple[KeptDay, ...]:
    """Everything that is kept of the scope, newest first."""
    rows = _kept(scope).order_by("-day", "-taken_at", "pk")
    return tuple(KeptDay(*row) for row in rows.values_list("pk", "day", "taken_at", "config_signature"))


def basis(scope: Scope, pk: int) -> Basis | None:
    """The kept numbers with this id, if they are of this scope."""
    return _basis(_kept(scope).filter(pk=pk).first())


def newest_until(scope: Scope, day: date, config_signature: str) -> Basis | None:
    """The newest numbers of this day or an earlier one; of that day those under these settings, if there are any."""
    other_settings = Case(When(config_signature=config_signature, then=Value(0)), default=Value(1))
    return _basis(_kept(scope).filter(day__lte=day).order_by("-day", other_settings, "taken_at").first())


def last_visit(context: DashboardContext, now: datetime) -> datetime | None:
    """When this person last looked at the scope before the visit that is under way."""
    row = None if context.user_id is None else _visits(context.scope, context.user_id).first()
    if row is None:
        return None
    return row.seen_at if now - row.seen_at >= VISIT_ENDS_AFTER else row.previous_at


def events_reported(scope: Scope) -> int:
    """Events that have been stored of the scope's section."""
    return LearningEvent.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id).count()


def day_of(moment: datetime, time_zone: str) -> date:
    return moment.astimezone(ZoneInfo(time_zone)).date()


def _is_whole(snapshot: Snapshot) -> bool:
    return all(status.readiness is Readiness.READY for status in snapshot.projection_statuses.values())


def _row(context: DashboardContext, snapshot: Snapshot) -> KeptFacts:
    taken_at = snapshot.metadata.generated_at
    return KeptFacts(
        institution_id=snapshot.scope.tenant_id,
        section_id=snapshot.scope.section_id,
        scope=snapshot.scope.address,
        config_signature=snapshot.config_signature,
        taken_at=taken_at,
        day=day_of(taken_at, context.time_zone),
        as_of=snapshot.metadata.as_of,
        facts=dict(snapshot.facts),
        fingerprints={capability.value: print_ for capability, print_ in snapshot.fingerprints.items()},
    )


def _kept(scope: Scope) -> QuerySet[KeptFacts]:
    rows = KeptFacts.objects.for_tenant(scope.tenant_id)
    return rows.filter(section_id=scope.section_id, scope=scope.address)


def _visits(scope: Scope, user_id: int) -> QuerySet[LastVisit]:
    rows = LastVisit.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
    return rows.filter(user_id=user_id, scope=scope.address)


def _basis(row: KeptFacts | None) -> Basis | None:
    if row is None:
        return None
    return Basis(row.pk, row.taken_at, row.as_of, Kept(row.facts, row.events, row.config_signature))

"""The ledger of contacts: how often a learner may be written to, over all sections of an institution (K-11).

A contact is reserved when it is staged, spent when its mail has left (or may have), and released when it never will.
Whoever reserves holds the row of the institution's settings, so two stagings cannot both take the last one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q

from experiences.decision_console.contract import ALLOWANCE_WINDOW, Outcome
from experiences.decision_console.models import ConsoleSettings, Contact, DecisionTarget
from oracles.contract import TenantId

AFTER = {
    Outcome.DONE: Contact.State.SPENT,
    Outcome.UNKNOWN: Contact.State.SPENT,
    Outcome.QUEUED: Contact.State.RESERVED,
    Outcome.WAITING: Contact.State.RESERVED,
    Outcome.FAILED: Contact.State.RELEASED,
    Outcome.SKIPPED: Contact.State.RELEASED,
    Outcome.EXCLUDED: Contact.State.RELEASED,
    Outcome.DROPPED: Contact.State.RELEASED,
}
"""What a target's outcome makes of its contact."""


def settings_of(tenant_id: TenantId) -> ConsoleSettings:
    """The institution's settings; the defaults where nobody has set any."""
    return ConsoleSettings.objects.for_tenant(tenant_id).first() or ConsoleSettings(institution_id=tenant_id)


def locked_settings(tenant_id: TenantId) -> ConsoleSettings:
    """The same, held until the transaction ends."""
    rows = ConsoleSettings.objects.for_tenant(tenant_id)
    rows.bulk_create([ConsoleSettings()], ignore_conflicts=True)
    return rows.select_for_update().get()


def exhausted(settings: ConsoleSettings, learners: Collection[int], now: datetime) -> frozenset[int]:
    """Those who may not be written to once more."""
    held = Q(state=Contact.State.RESERVED) | Q(state=Contact.State.SPENT, at__gt=now - ALLOWANCE_WINDOW)
    rows = Contact.objects.for_tenant(TenantId(settings.institution_id)).filter(held, learner_id__in=learners)
    counted = rows.values("learner_id").annotate(used=Count("pk"))
    used = {row["learner_id"]: row["used"] for row in counted}
    return frozenset(one for one in learners if used.get(one, 0) >= settings.weekly_contacts)


def reserve(tenant_id: TenantId, targets: Collection[DecisionTarget], now: datetime) -> None:
    """Each of these learners has one contact less."""
    rows = [Contact(learner_id=one.learner_id, target=one, at=now) for one in targets if one.learner_id is not None]
    Contact.objects.for_tenant(tenant_id).bulk_create(rows, ignore_conflicts=True)
    account(tenant_id, [one.pk for one in targets], Outcome.WAITING, now)


def account(tenant_id: TenantId, targets: Collection[int], outcome: Outcome, now: datetime) -> None:
    """The contacts of these targets are what their outcome makes of them."""
    rows = Contact.objects.for_tenant(tenant_id).filter(target_id__in=targets)
    rows.exclude(state=AFTER[outcome]).update(state=AFTER[outcome], at=now)

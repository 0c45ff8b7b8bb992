"""What is remembered of a person in an institution, read and written by tenant: the orchestrator's own tables.

A row that cannot be read is an error of the database, never an empty memory: nothing is overwritten after it (O-10).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction

from experiences.digest.config import Trigger
from experiences.digest.contract import STEPS, Digest, Progress, Rendered
from experiences.digest.models import (
    DigestAssignment,
    DigestDelivery,
    DigestExposure,
    DigestPreference,
    DigestProgress,
)
from experiences.outbox.contract import Mail
from experiences.outbox.queueing import enqueue
from oracles.contract import TenantId


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who teaches, in one institution."""

    tenant_id: TenantId
    user_id: int


@dataclass(frozen=True, slots=True)
class Preferences:
    """One by mail each Monday, unless the person says otherwise."""

    by_mail: bool = True
    weekday: int = 0
    language: str = ""
    """Of the mail; empty is the installation's."""

    def __post_init__(self) -> None:
        if self.language and self.language not in dict(settings.LANGUAGES):
            raise ValueError(f"expected a language of this installation, got {self.language!r}")
        if not 0 <= self.weekday <= 6:  # noqa: PLR2004  days of a week
            raise ValueError(f"expected a weekday from 0 (Monday) to 6, got {self.weekday}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A digest that is ready to leave."""

    period: str
    digest: Digest
    rendered: Rendered
    mail: Mail
    experiment: str = ""
    arm: str = ""


def preferences_of(person: Person) -> Preferences:
    row = DigestPreference.objects.for_tenant(person.tenant_id).filter(user=person.user_id).first()
    if row is None:
        return Preferences()
    is_spoken = row.language in dict(settings.LANGUAGES)  # it may have been another installation's
    return Preferences(row.by_mail, row.weekday, row.language if is_spoken else "")


def keep_preferences(person: Person, wanted: Preferences, by: str, now: datetime) -> None:
    """The person's wish is stored; the last one holds."""
    DigestPreference.objects.for_tenant(person.tenant_id).update_or_create(
        institution_id=person.tenant_id,
        user_id=person.user_id,
        defaults={**asdict(wanted), "changed_by": by, "changed_at": now},
    )


def last_cut_off(person: Person, trigger: Trigger, period: str) -> datetime | None:
    """Where the window of the last delivered digest of this kind ended; that of the period itself does not count.

    So whoever comes from the mail finds what it told of on the page, with what came since.
    """
    rows = DigestDelivery.objects.for_tenant(person.tenant_id).filter(user=person.user_id, kind=trigger)
    return rows.exclude(period=period).order_by("-cut_off").values_list("cut_off", flat=True).first()


def is_delivered(person: Person, trigger: Trigger, period: str) -> bool:
    rows = DigestDelivery.objects.for_tenant(person.tenant_id).filter(user=person.user_id, kind=trigger)
    return rows.filter(period=period).exists()


def deliver(person: Person, delivery: Delivery, now: datetime) -> bool:
    """Delivery, mail, exposure and progress are stored together; `False` when somebody else had delivered it."""
    try:
        with transaction.atomic():
            _store_delivery(person, delivery, now)
            enqueue(person.tenant_id, [delivery.mail], now)
            if delivery.arm:
                _expose(person, delivery, now)
            advance(person, delivery.digest, "prepared", now)
    except IntegrityError:
        if is_delivered(person, delivery.digest.config.trigger_type, delivery.period):
            return False
        raise
    return True


def progress_of(person: Person, trigger: Trigger) -> Progress:
    row = DigestProgress.objects.for_tenant(person.tenant_id).filter(user=person.user_id, kind=trigger).first()
    if row is None:
        return Progress()
    return Progress(
        current_step=row.current_step,
        progress_percentage=row.progress_percentage,
        insights=row.insights,
        recommendations=row.recommendations,
        last_analyzed=row.last_analyzed,
        completed_at=row.completed_at,
    )


def advance(person: Person, digest: Digest, step: str, now: datetime) -> None:
    """The person is at least at this step of the digest that was made at its moment; a newer digest begins anew."""
    with transaction.atomic():
        rows = DigestProgress.objects.for_tenant(person.tenant_id)
        kind = digest.config.trigger_type
        rows.get_or_create(institution_id=person.tenant_id, user_id=person.user_id, kind=kind)
        row = rows.select_for_update().get(user_id=person.user_id, kind=kind)
        if step == STEPS[1] or STEPS.index(step) > STEPS.index(row.current_step):
            row.current_step = step
            row.progress_percentage = 100 * STEPS.index(step) // (len(STEPS) - 1)
            row.completed_at = now if step == STEPS[-1] else None
        row.insights = sum(len(section.insights) for section in digest.sections)
        row.recommendations = sum(len(section.actions) for section in digest.sections)
        row.last_analyzed = digest.generated_at
        row.save()
        _mark_delivery(person, kind, step, now)


def kept_arm(person: Person, experiment: str) -> str | None:
    """In which arm the person was put; `None`: in none yet."""
    rows = DigestAssignment.objects.for_tenant(person.tenant_id).filter(user=person.user_id, experiment=experiment)
    return rows.values_list("arm", flat=True).first()


def keep_arm(person: Person, experiment: str, arm: str, now: datetime) -> str:
    """The arm the person is in from now on: this one, unless there was one."""
    row, _ = DigestAssignment.objects.for_tenant(person.tenant_id).get_or_create(
        institution_id=person.tenant_id,
        user_id=person.user_id,
        experiment=experiment,
        defaults={"arm": arm, "assigned_at": now},
    )
    return row.arm


@dataclass(frozen=True, slots=True)
class ArmResult:
    """What became of the digests of one arm, in people."""

    sent: int = 0
    opened: int = 0
    acted: int = 0

    def __add__(self, other: ArmResult) -> ArmResult:
        return ArmResult(self.sent + other.sent, self.opened + other.opened, self.acted + other.acted)


def results(tenant_id: TenantId, experiment: str) -> dict[str, ArmResult]:
    """By arm: who was sent something under it, who opened their page, who dealt with it. Previews are none of them."""
    exposures = DigestExposure.objects.for_tenant(tenant_id).filter(experiment=experiment)
    people = dict(exposures.values_list("user", "arm").order_by("at"))
    deliveries = DigestDelivery.objects.for_tenant(tenant_id).filter(user__in=people)
    opened = set(deliveries.exclude(opened_at=None).values_list("user", flat=True))
    acted = set(deliveries.exclude(acted_at=None).values_list("user", flat=True))
    found: defaultdict[str, ArmResult] = defaultdict(ArmResult)
    for user, arm in people.items():
        found[arm] += ArmResult(1, int(user in opened), int(user in acted))
    return dict(found)


def checksum(rendered: Rendered) -> str:
    """Of everything a person gets."""
    return sha256(repr((rendered.subject, rendered.text, rendered.html)).encode()).hexdigest()


def _mark_delivery(person: Person, kind: str, step: str, now: datetime) -> None:
    """The last delivered digest was opened, or dealt with; the first time counts."""
    column = {"opened": "opened_at", "acted": "acted_at"}.get(step)
    rows = DigestDelivery.objects.for_tenant(person.tenant_id).filter(user=person.user_id, kind=kind)
    last = rows.order_by("-cut_off").values_list("pk", flat=True).first()
    if column is not None and last is not None:
        rows.filter(pk=last, **{column: None}).update(**{column: now})


def _store_delivery(person: Person, delivery: Delivery, now: datetime) -> None:
    digest = delivery.digest
    DigestDelivery.objects.for_tenant(person.tenant_id).create(
        user_id=person.user_id,
        kind=digest.config.trigger_type,
        period=delivery.period,
        window_start=digest.window.start,
        cut_off=digest.window.end,
        delivered_at=now,
        variant=delivery.arm,
        sections=len(digest.sections),
        sha256=checksum(delivery.rendered),
        mail_key=delivery.mail.key,
    )


def _expose(person: Person, delivery: Delivery, now: datetime) -> None:
    DigestExposure.objects.for_tenant(person.tenant_id).create(
        user_id=person.user_id, experiment=delivery.experiment, arm=delivery.arm, period=delivery.period, at=now
    )

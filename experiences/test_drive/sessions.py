"""The test drive's memory: sessions by tenant, and the sandboxes that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from courses.access import operated_by
from courses.models import Institution
from courses.tenancy import TenantQuerySet
from experiences.contract import InstructorContext, NotAllowed, whose
from experiences.test_drive.contract import (
    KEPT_AFTER,
    LASTS,
    LONGEST,
    AlreadyDriving,
    Dataset,
    Drive,
    NoTestDrive,
    Purged,
)
from experiences.test_drive.models import Sandbox, TestDriveSession
from oracles.contract import TenantId


def open_of(context: InstructorContext) -> Drive | None:
    """The person's drive that they have not ended; it may have expired."""
    tenant_id, user_id = whose(context)
    row = _rows(tenant_id).filter(user=user_id, closed_at=None).first()
    return None if row is None else _drive(row)


def begin(context: InstructorContext, dataset: Dataset, variant: str, now: datetime) -> Drive:
    """The person is on a test drive.

    Raises:
        AlreadyDriving: they were on one before.
    """
    try:
        with transaction.atomic():
            row = _rows(context.tenant_id).create(
                user_id=context.user_id,
                dataset=dataset,
                variant=variant,
                started_at=now,
                expires_at=now + LASTS,
                steps_seen=["started"],
            )
    except IntegrityError as error:
        raise AlreadyDriving("expected nobody on a test drive, got one that lasts") from error
    return _drive(row)


def flag(drive: Drive, sandbox: TenantId, now: datetime) -> None:
    """The institution is known to be made up, for this drive."""
    Sandbox.objects.for_tenant(sandbox).create(owner_id=drive.tenant_id, session=drive.id, made_at=now)


def see(drive: Drive, step: str, summary: Mapping[str, int]) -> None:
    """The step was seen, and this is what was shown."""
    with transaction.atomic():
        row = _rows(drive.tenant_id).select_for_update().get(pk=drive.id)
        if step not in row.steps_seen:
            row.steps_seen = [*row.steps_seen, step]
        row.summary = dict(summary)
        row.save(update_fields=["steps_seen", "summary"])


def close(context: InstructorContext, now: datetime) -> None:
    """The person's drive is over, and nothing is kept from them any longer.

    Raises:
        NoTestDrive: there was none.
    """
    if not _rows(context.tenant_id).filter(user=context.user_id, closed_at=None).update(closed_at=now, expires_at=now):
        raise NoTestDrive("expected a test drive that lasts, got none")


def extend(operator: InstructorContext, user_id: int, until: datetime) -> None:
    """The person's drive lasts until then.

    Raises:
        NotAllowed: whoever asks does not operate the institution.
        NoTestDrive: the person is on none, or it would last longer than any may.
    """
    user = get_user_model().objects.filter(pk=operator.user_id, is_active=True).first()
    if user is None or operator.tenant_id not in {each.pk for each in operated_by(user)}:
        raise NotAllowed("expected an operator of the institution")
    row = _rows(operator.tenant_id).filter(user=user_id, closed_at=None).first()
    if row is None or not row.started_at < until <= row.started_at + LONGEST:
        raise NoTestDrive(f"expected a test drive that may last until {until:%Y-%m-%d}")
    row.expires_at, row.extended_by = until, f"user-{operator.user_id}"
    row.save(update_fields=["expires_at", "extended_by"])


def purge(tenant_id: TenantId, now: datetime) -> Purged:
    """Drives of this institution that ended long enough ago are gone, with their made-up institutions."""
    over = _rows(tenant_id).filter(expires_at__lte=now - KEPT_AFTER)
    drives = sandboxes = 0
    for pk in over.values_list("pk", flat=True):
        with transaction.atomic():
            sandbox = sandbox_of(tenant_id, pk)
            if sandbox is not None:
                Institution.objects.filter(pk=sandbox).delete()
                sandboxes += 1
            over.filter(pk=pk).delete()
            drives += 1
    return Purged(drives, sandboxes)


def sandbox_of(tenant_id: TenantId, session: int) -> TenantId | None:
    """The made-up institution of this tenant's drive."""
    slug = sandbox_slug(tenant_id, session)
    pk = Institution.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if pk is None or not is_sandbox(TenantId(pk)):
        return None
    return TenantId(pk)


def sandbox_slug(tenant_id: TenantId, session: int) -> str:
    """What the made-up institution is called: no two drives share one."""
    return f"sandbox-{tenant_id}-{session}"


def is_sandbox(tenant_id: TenantId) -> bool:
    """Whether an institution is made up."""
    return Sandbox.objects.for_tenant(tenant_id).exists()


def _rows(tenant_id: TenantId) -> TenantQuerySet[TestDriveSession]:
    return TestDriveSession.objects.for_tenant(tenant_id)


def _drive(row: TestDriveSession) -> Drive:
    tenant_id = TenantId(row.institution_id)
    return Drive(
        id=row.pk,
        tenant_id=tenant_id,
        user_id=row.user_id,
        dataset=Dataset(row.dataset),
        variant=row.variant,
        started_at=row.started_at,
        expires_at=row.expires_at,
        is_closed=row.closed_at is not None,
        steps_seen=tuple(row.steps_seen),
        summary=row.summary,
        sandbox=sandbox_of(tenant_id, row.pk) if row.dataset == Dataset.SAMPLE else None,
    )

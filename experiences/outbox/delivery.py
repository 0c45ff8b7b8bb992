"""Sends what is due: one claim, one sending, one record per mail, each in a transaction of its own.

A claim is committed before the sending and the record after it. Whoever dies between them leaves a claim, which turns
`unknown` when its lease is over. Two deliveries at once never hold the same mail: PostgreSQL skips rows that are locked
(SKIP LOCKED), on SQLite there is one writer (BEGIN IMMEDIATE).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Protocol
from uuid import uuid4

import structlog
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import F

from courses.models import Institution
from courses.tenancy import TenantQuerySet
from experiences.outbox.contract import BODIES_KEPT, LEASE, Status, next_attempt
from experiences.outbox.failures import Failure, Verdict, failure
from experiences.outbox.models import OutgoingMail
from oracles.contract import TenantId

log = structlog.get_logger(__name__)

LIMIT = 500
"""Mails of one call."""


class Postman(Protocol):
    """A connection of Django's mail framework (`django.core.mail.mailers`)."""

    def open(self) -> bool | None: ...

    def close(self) -> None: ...

    def send_messages(self, email_messages: Sequence[EmailMessage], /) -> int | None: ...


class ServerAway(Exception):
    """The mail server could not be reached: nothing was claimed, everything waits."""


@dataclass(slots=True)
class Delivery:
    """What one call did."""

    counts: Counter[Status] = field(default_factory=Counter)
    """Mails by where they stood afterwards; `queued` are those to be tried again."""

    def as_dict(self) -> dict[str, int]:
        return {status.value: self.counts[status] for status in Status if status is not Status.CLAIMED}


type Clock = Callable[[], datetime]


def deliver_due(clock: Clock, postman: Postman, limit: int = LIMIT) -> Delivery:
    """What is due has been tried once, `limit` mails at most, every institution in turn; lost claims are `unknown`.

    Raises:
        ServerAway: there is something to send and the mail server does not answer.
    """
    delivery, now = Delivery(), clock()
    tenants = [TenantId(pk) for pk in Institution.objects.order_by("pk").values_list("pk", flat=True)]
    for tenant_id in tenants:
        delivery.counts[Status.UNKNOWN] += give_up_lost_claims(tenant_id, now)
        _forget(tenant_id, now)
    waiting = [tenant_id for tenant_id in tenants if _due(tenant_id, now).exists()]
    if not waiting:
        return delivery
    _open(postman)
    try:
        for tenant_id in _in_turn(waiting, now, limit):
            _deliver_one(tenant_id, clock, postman, delivery)
    finally:
        postman.close()
    return delivery


def give_up_lost_claims(tenant_id: TenantId, now: datetime) -> int:
    """Mails whose sender has not been heard of for a lease are `unknown`; returns how many."""
    lost = OutgoingMail.objects.for_tenant(tenant_id).filter(status=Status.CLAIMED, claimed_at__lte=now - LEASE)
    count = lost.update(status=Status.UNKNOWN, ended_at=now, error="SenderLost")
    if count:
        log.warning("mail_unknown", tenant=tenant_id, count=count)
    return count


def _forget(tenant_id: TenantId, now: datetime) -> None:
    """Nothing personal is kept of mail that was over thirty days ago."""
    over = OutgoingMail.objects.for_tenant(tenant_id).filter(ended_at__lte=now - BODIES_KEPT).exclude(to="")
    over.exclude(status__in=(Status.UNKNOWN, Status.FAILED)).update(to="", subject="", text="", html="", headers=[])


def _in_turn(tenants: list[TenantId], now: datetime, limit: int) -> Iterator[TenantId]:
    """One mail of each institution after the other, so that a thousand of one do not keep another's ten waiting."""
    left = list(tenants)
    given = 0
    while left and given < limit:
        for tenant_id in tuple(left):
            if given >= limit:
                return
            if not _due(tenant_id, now).exists():
                left.remove(tenant_id)
                continue
            given += 1
            yield tenant_id


def _deliver_one(tenant_id: TenantId, clock: Clock, postman: Postman, delivery: Delivery) -> None:
    mail = _claim(tenant_id, clock())
    if mail is None:
        return
    try:
        postman.send_messages([message(mail)])
    except Exception as error:  # noqa: BLE001  the boundary: whatever goes wrong becomes a status of this mail
        failed = failure(error)
        delivery.counts[_record_failure(mail, failed, clock())] += 1
        if failed.verdict is Verdict.UNKNOWN:  # a broken connection must not cost the next mail, too
            postman.close()
            _open(postman)
    else:
        delivery.counts[_record(mail, status=Status.SENT, ended_at=clock(), error="")] += 1


def _claim(tenant_id: TenantId, now: datetime) -> OutgoingMail | None:
    """The mail that has waited longest is ours, and that is committed; `None` when there is none for us."""
    claim = uuid4().hex
    with transaction.atomic(durable=not connection.in_atomic_block):
        rows = OutgoingMail.objects.for_tenant(tenant_id)
        due = _due(tenant_id, now).select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        first = due.order_by("due_at", "pk").values_list("pk", flat=True).first()
        if first is None:
            return None
        mine = rows.filter(pk=first, status=Status.QUEUED)
        changed = mine.update(status=Status.CLAIMED, claim=claim, claimed_at=now, attempts=F("attempts") + 1)
        return rows.get(pk=first) if changed else None


def _record_failure(mail: OutgoingMail, failed: Failure, now: datetime) -> Status:
    again = next_attempt(mail.attempts, now) if failed.verdict is Verdict.NOT_SENT else None
    log.warning("mail_failed", mail=mail.pk, verdict=failed.verdict, error=failed.error)
    if again is not None:
        return _record(mail, status=Status.QUEUED, due_at=again, error=failed.error)
    status = Status.UNKNOWN if failed.verdict is Verdict.UNKNOWN else Status.FAILED
    return _record(mail, status=status, ended_at=now, error=failed.error)


def _record(mail: OutgoingMail, *, status: Status, **fields: object) -> Status:
    """Only whoever holds the claim says what became of it."""
    held = OutgoingMail.objects.for_tenant(TenantId(mail.institution_id)).filter(pk=mail.pk, claim=mail.claim)
    return status if held.filter(status=Status.CLAIMED).update(status=status, **fields) else Status.UNKNOWN


def _due(tenant_id: TenantId, now: datetime) -> TenantQuerySet[OutgoingMail]:
    return OutgoingMail.objects.for_tenant(tenant_id).filter(status=Status.QUEUED, due_at__lte=now)


def _open(postman: Postman) -> None:
    try:
        postman.open()
    except OSError as error:  # SMTPException is one
        raise ServerAway(f"the mail server cannot be reached: {type(error).__name__}") from error


def message(mail: OutgoingMail) -> EmailMessage:
    """What is handed to the mail framework. Its Message-ID follows from the key: a copy would be known as one."""
    name = sha256(f"{mail.institution_id}/{mail.key}".encode()).hexdigest()[:32]
    headers = {"Message-ID": f"<{name}@lectern.invalid>", **dict(mail.headers)}
    found = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], headers=headers)
    if mail.html:
        found.attach_alternative(mail.html, "text/html")
    return found

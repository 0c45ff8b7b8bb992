"""Sends digests: each person for themselves. What goes wrong with one is counted and tried again by the next run.

A run may be stopped, repeated or overlapped: a digest leaves in one transaction with its delivery row, which is unique
per institution, person, period and kind. A preview takes the same way up to that transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import structlog
from django.conf import settings
from django.utils import translation

from experiences.digest import unsubscribe
from experiences.digest.calendar import is_due, period
from experiences.digest.config import DigestConfig
from experiences.digest.memory import Delivery, Person, Preferences
from experiences.digest.recipients import Recipient
from experiences.digest.rendering import Links, render
from experiences.digest.service import DigestService
from experiences.outbox.contract import Mail

log = structlog.get_logger(__name__)

BY_MACHINE = ("Auto-Submitted", "auto-generated")
"""Nobody's absence is told to it (RFC 3834)."""


class Outcome(StrEnum):
    """What became of one person's digest."""

    READY = "ready"
    """It would leave: this was a preview."""
    SENT = "sent"
    """It is in the outbox."""
    ALREADY = "already"
    """It was, before."""
    NOT_DUE = "not_due"
    """The person's weekday has not come."""
    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_address"
    PAGE_ONLY = "page_only"
    """The configuration sends no mail."""
    EMPTY = "empty"
    """Nothing happened, nothing is to be done, nothing is wrong."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are."""

    base: str
    """`https://host`."""
    digest: str
    """Path of the digest's page."""
    unsubscribe: Callable[[str], str]
    """Token → path."""

    def links(self, person: Person) -> Links:
        return Links(self.base, self.digest, self.unsubscribe(unsubscribe.token(person)))


@dataclass(frozen=True, slots=True)
class Told:
    """One person's outcome; the delivery where there is one to see."""

    tenant_id: int
    user_id: int
    outcome: Outcome
    delivery: Delivery | None = None


@dataclass(slots=True)
class Run:
    """What a run did."""

    counts: Counter[Outcome] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, int]:
        return {outcome.value: self.counts[outcome] for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Sender:
    service: DigestService
    site: Site

    def send(self, people: Iterable[Recipient], now: datetime, hear: Callable[[Told], None]) -> Run:
        """Everybody's digest has left, or the run says why not; `hear` is told of each."""
        return _each(people, hear, lambda person: self.send_one(person, now))

    def preview(self, people: Iterable[Recipient], now: datetime, hear: Callable[[Told], None]) -> Run:
        """What `send` would send at this moment, to the byte; nothing is stored."""
        return _each(people, hear, lambda person: self.preview_one(person, now))

    def send_one(self, person: Recipient, now: datetime) -> Told:
        """The person's digest has left, once."""
        told = self.preview_one(person, now)
        if told.delivery is None:
            return told
        is_new = self.service.deliver(person.context, told.delivery, now)
        return Told(told.tenant_id, told.user_id, Outcome.SENT if is_new else Outcome.ALREADY, told.delivery)

    def preview_one(self, person: Recipient, now: datetime, config: DigestConfig | None = None) -> Told:
        """What would leave, or why nothing would; without a configuration, under the weekly one of their arm."""
        context = person.context
        config, wanted = config or self.service.weekly_config(context), self.service.get_preferences(context)
        refusal = self._refusal(person, wanted, config, now)
        if refusal is not None:
            return Told(context.tenant_id, context.user_id, refusal)
        with translation.override(wanted.language or settings.LANGUAGE_CODE):
            delivery = self._delivery(person, config, now)
        if delivery.digest.is_empty:
            return Told(context.tenant_id, context.user_id, Outcome.EMPTY)
        return Told(context.tenant_id, context.user_id, Outcome.READY, delivery)

    def _refusal(self, person: Recipient, wanted: Preferences, config: DigestConfig, now: datetime) -> Outcome | None:
        if not config.send_email:
            return Outcome.PAGE_ONLY
        if not wanted.by_mail:
            return Outcome.OPTED_OUT
        if "@" not in person.email:
            return Outcome.NO_ADDRESS
        if not is_due(now, person.context.time_zone, wanted.weekday):
            return Outcome.NOT_DUE
        return Outcome.ALREADY if self.service.is_delivered(person.context, now) else None

    def _delivery(self, person: Recipient, config: DigestConfig, now: datetime) -> Delivery:
        context = person.context
        digest = self.service.get_digest(context, config, now)
        who = Person(context.tenant_id, context.user_id)
        links = self.site.links(who)
        rendered, week = render(digest, links), period(config.trigger_type, now, context.time_zone)
        mail = Mail(
            key=f"digest/{config.trigger_type}/{week}/{context.user_id}",
            to=person.email,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            kind="digest",
            headers=(*unsubscribe.headers(links.url(links.unsubscribe)), BY_MACHINE),
        )
        experiment, arm = self.service.experiment.name, self.service.arm_of(context)
        return Delivery(week, digest, rendered, mail, experiment, arm)


def _each(people: Iterable[Recipient], hear: Callable[[Told], None], one: Callable[[Recipient], Told]) -> Run:
    run = Run()
    for person in people:
        told = _isolated(person, one)
        run.counts[told.outcome] += 1
        hear(told)
    return run


def _isolated(person: Recipient, one: Callable[[Recipient], Told]) -> Told:
    try:
        return one(person)
    except Exception as error:  # noqa: BLE001  the boundary: one person's trouble is nobody else's
        context = person.context
        log.warning("digest_failed", tenant=context.tenant_id, user=context.user_id, error=type(error).__name__)
        return Told(context.tenant_id, context.user_id, Outcome.FAILED)

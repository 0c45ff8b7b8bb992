"""Brings dead letters back: the cause is mended, the record goes the way every record goes.

A letter is locked, its record written and the letter settled in one transaction, so two replays at once bring it back
once: the second finds it locked and passes on. A record that still cannot be written keeps its letter, with the reason
of today and one attempt more; one run tries each letter once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import msgspec
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from coordinator.writes.contract import BatchReport, Outcome
from courses.models import Section
from ingest.dead_letters import Lost
from ingest.models import DeadLetter
from ingest.records import EventRecord
from ingest.sinks import EventSink
from oracles.contract import TenantId

BATCH = 500
"""Letters in one transaction."""
BACK = frozenset({Outcome.WRITTEN, Outcome.DEDUPLICATED})


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which letters to bring back; nothing named is every letter of the institution."""

    section_id: int | None = None
    reason: str = ""
    ids: frozenset[int] | None = None

    def condition(self) -> Q:
        named = Q() if self.section_id is None else Q(section_id=self.section_id)
        named &= Q(reason=self.reason) if self.reason else Q()
        return named if self.ids is None else named & Q(pk__in=self.ids)


@dataclass(slots=True)
class ReplayReport:
    """How the letters that were tried ended."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    unreadable: int = 0
    """Letters whose record was too large to be kept whole, is of an older form, or belongs to no section."""

    @property
    def back(self) -> int:
        return sum(count for outcome, count in self.outcomes.items() if outcome in BACK)

    @property
    def still_dead(self) -> int:
        return self.unreadable + self.outcomes.total() - self.back

    def as_dict(self) -> dict[str, int]:
        return {outcome.value: self.outcomes[outcome] for outcome in Outcome} | {"unreadable": self.unreadable}


def replay(tenant_id: TenantId, chosen: Chosen, clock: Callable[[], datetime] = timezone.now) -> ReplayReport:
    """Every waiting letter that was chosen has been tried once.

    Raises:
        SinkUnavailable: the database gave up on a batch; the letters of that batch are as they were.

    """
    report = ReplayReport()
    last = 0
    while letters := _replay_some(tenant_id, chosen, last, clock, report):
        last = letters[-1].pk
    return report


def _replay_some(
    tenant_id: TenantId, chosen: Chosen, after: int, clock: Callable[[], datetime], report: ReplayReport
) -> list[DeadLetter]:
    with transaction.atomic():
        letters = list(_claimed(tenant_id, chosen).filter(pk__gt=after)[:BATCH])
        for section_id, some in groupby(sorted(letters, key=_place), key=attrgetter("section_id")):
            _replay_section(tenant_id, section_id, list(some), clock, report)
    return letters


def _claimed(tenant_id: TenantId, chosen: Chosen) -> QuerySet[DeadLetter]:
    waiting = DeadLetter.objects.for_tenant(tenant_id).filter(chosen.condition(), status=DeadLetter.Status.WAITING)
    return waiting.select_for_update(skip_locked=True).order_by("pk")


def _place(letter: DeadLetter) -> tuple[int, int]:
    return (letter.section_id or 0, letter.pk)


def _replay_section(
    tenant_id: TenantId,
    section_id: int | None,
    letters: Sequence[DeadLetter],
    clock: Callable[[], datetime],
    report: ReplayReport,
) -> None:
    readable = [] if section_id is None else list(_read(letters))
    unreadable = {letter.pk for letter in letters} - {letter.pk for letter, _ in readable}
    report.unreadable += len(unreadable)
    _tried(tenant_id, unreadable, clock())
    if section_id is not None and readable:
        section = Section.objects.for_tenant(tenant_id).get(pk=section_id)
        told = EventSink(tenant_id, section, clock, _has_its_letter).write([record for _, record in readable])
        report.outcomes.update(told.outcomes)
        _settle(tenant_id, [letter for letter, _ in readable], told, clock())


def _has_its_letter(_tenant_id: TenantId, _section_id: int | None, lost: Sequence[Lost], _now: datetime) -> int:
    return len(lost)


def _read(letters: Sequence[DeadLetter]) -> Iterator[tuple[DeadLetter, EventRecord]]:
    for letter in letters:
        try:
            yield letter, msgspec.convert(json.loads(letter.payload), EventRecord, strict=True)
        except (ValueError, msgspec.ValidationError):
            continue


def _settle(tenant_id: TenantId, letters: Sequence[DeadLetter], told: BatchReport, now: datetime) -> None:
    back = {letter.pk for letter, outcome in zip(letters, told.outcomes, strict=True) if outcome in BACK}
    rows = DeadLetter.objects.for_tenant(tenant_id)
    rows.filter(pk__in=back).update(status=DeadLetter.Status.REPLAYED, attempts=F("attempts") + 1, last_failed_at=now)
    _tried(tenant_id, {letter.pk for letter in letters} - back, now)
    for rejection in told.rejections:
        pk = letters[rejection.index].pk
        rows.filter(pk=pk).update(reason=rejection.code, detail=rejection.detail[:500])


def _tried(tenant_id: TenantId, ids: set[int], now: datetime) -> None:
    DeadLetter.objects.for_tenant(tenant_id).filter(pk__in=ids).update(attempts=F("attempts") + 1, last_failed_at=now)

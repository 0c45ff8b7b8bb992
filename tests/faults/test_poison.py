"""Bad events on the whole way to the database: each costs itself and has its reason (R10, reliability)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
from django.db import connections

from coordinator.writes.contract import BatchReport, End, Ending, RecordRejected, Sink
from coordinator.writes.options import Options
from coordinator.writes.write_coordinator import WriteCoordinator
from courses.models import Institution, LearningEvent, Section
from ingest.last_resorts import DatabaseLetters
from ingest.models import DeadLetter
from ingest.pipeline import PlacedSink
from ingest.placing import Placed
from ingest.records import EventRecord, Verb
from ingest.rollups import differences
from oracles.contract import TenantId
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

BAD_PLACE, MOST_CALLS = 312, 19


class WholeOrNothing:
    """The real sink behind a store that tells only that something in a batch is bad, not what."""

    def __init__(self, bad: UUID) -> None:
        self._bad = bad
        self._sink = PlacedSink()
        self.calls = 0

    def write(self, batch: Sequence[Placed]) -> BatchReport:
        self.calls += 1
        if any(event.record.event_id == self._bad for event in batch):
            raise RecordRejected("a value in here is out of range")
        return self._sink.write(batch)


def event(section: Section, number: int, page: str = "unit-1-page-1") -> Placed:
    record = EventRecord(UUID(int=number), "ext-ada", Verb.EXPERIENCED, page, builders.MOMENT, "test")
    return Placed(TenantId(section.institution_id), section.pk, section.slug, record)


def through(sink: Sink[Placed], *sendings: Sequence[Placed]) -> list[list[Ending]]:
    """The ends of what is sent, one sending after another, by one coordinator."""

    async def send() -> list[list[Ending]]:
        options = Options[Placed](
            tenant_of=lambda one: str(one.tenant_id), dead_letters=DatabaseLetters(), thread_end=connections.close_all
        )
        async with WriteCoordinator[Placed](sink, batch_size=500, options=options) as coordinator:
            return [await coordinator.submit_and_wait(sending) for sending in sendings]

    return asyncio.run(send())


def stored(tenant: TenantId) -> int:
    return LearningEvent.objects.for_tenant(tenant).count()


@pytest.mark.proves("reliability:R10", "P-01", "D-01")
def test_one_bad_event_of_500_costs_itself_and_at_most_19_writes(section: Section, institution: Institution) -> None:
    tenant, sink = TenantId(institution.pk), WholeOrNothing(UUID(int=BAD_PLACE))

    (ends,) = through(sink, [event(section, number) for number in range(1, 501)])

    letter = DeadLetter.objects.for_tenant(tenant).get()
    assert [at for at, ending in enumerate(ends, 1) if ending.end is not End.WRITTEN] == [BAD_PLACE]
    assert ends[BAD_PLACE - 1].end is End.DEAD_LETTERED
    assert stored(tenant) == 499
    assert (letter.record_key, letter.detail) == (str(UUID(int=BAD_PLACE)), "a value in here is out of range")
    assert sink.calls <= MOST_CALLS
    assert differences(tenant, section.pk) == []


@pytest.mark.proves("reliability:R10", "F-03", "P-02", "S-04")
def test_a_thousand_bad_events_in_a_row_do_not_stop_the_next_good_one(
    section: Section, institution: Institution
) -> None:
    tenant = TenantId(institution.pk)

    bad, good = through(
        PlacedSink(), [event(section, number, "nowhere") for number in range(1, 1001)], [event(section, 1001)]
    )

    reasons = DeadLetter.objects.for_tenant(tenant).values_list("reason", flat=True)
    assert {ending.end for ending in bad} == {End.DEAD_LETTERED}
    assert [ending.end for ending in good] == [End.WRITTEN]
    assert (len(reasons), set(reasons)) == (1000, {"unknown_page"})
    assert stored(tenant) == 1

"""Where events that were told to us go on their way to the database: the intake, and the sink behind it.

`Intake.submit` returns when every event has its end in the database or in a durable queue, never before: what is
answered with success is not only in memory. Its users know nothing of threads, batches and retries.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from typing import Protocol

from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.utils import timezone

from coordinator.writes.contract import BatchReport, End, Ending, Outcome, Rejection, SinkUnavailable
from courses.models import Section
from ingest.dead_letters import Lost, keep
from ingest.errors import IngestError
from ingest.placing import Placed
from ingest.sinks import EventSink
from oracles.contract import TenantId

STORED = frozenset({End.WRITTEN, End.DEDUPLICATED, End.QUEUED})
"""Ends that may be answered with success."""
MOST_SINKS = 256
"""Sections whose keys are kept in memory between batches."""


class IntakeError(IngestError):
    """Base of the reasons for which events are not taken now; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Full(IntakeError):
    """More came than can be written. Some of the submission may have been taken: sending it again is safe."""


class Draining(IntakeError):
    """The process is about to end: nothing of this submission was taken."""


class Unavailable(IntakeError):
    """The store could not be reached. Some of the submission may have been stored: sending it again is safe."""


class Intake(Protocol):
    """Takes events; safe to use from any event loop."""

    def refusal(self) -> IntakeError | None:
        """Why nothing would be taken now, if so: asked before anything is read or looked up."""
        ...

    async def submit(self, tenant_id: TenantId, events: Sequence[Placed]) -> list[Ending]:
        """How each event ended, in order.

        Raises:
            IntakeError: not all was stored; which one says why.

        """
        ...


class PlacedSink:
    """Writes events of one institution, of any of its sections, in one transaction. Used by many threads at once."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now, most_sinks: int = MOST_SINKS) -> None:
        self._clock = clock
        self._most_sinks = most_sinks
        self._lock = Lock()
        self._idle: OrderedDict[tuple[TenantId, int], EventSink] = OrderedDict()

    def write(self, batch: Sequence[Placed]) -> BatchReport:
        """Every event is stored, known already, or has a dead letter; one outcome each, in order.

        Raises:
            SinkUnavailable: nothing was written; the same batch may be tried again.

        """
        close_old_connections()
        try:
            return self._write(batch)
        finally:
            close_old_connections()

    def _write(self, batch: Sequence[Placed]) -> BatchReport:
        places: dict[tuple[TenantId, int], list[int]] = defaultdict(list)
        for index, event in enumerate(batch):
            places[event.tenant_id, event.section_id].append(index)
        outcomes: dict[int, Outcome] = {}
        rejections: list[Rejection] = []
        try:
            with transaction.atomic():
                # Sections in the order of their ids: two batches never wait for each other's.
                for section, indexes in sorted(places.items()):
                    report = self._write_section(section, [batch[index] for index in indexes])
                    outcomes.update(zip(indexes, report.outcomes, strict=True))
                    rejections += [Rejection(indexes[one.index], one.code, one.detail) for one in report.rejections]
        except (OperationalError, InterfaceError) as error:
            raise SinkUnavailable(str(error).strip()) from error
        return BatchReport(tuple(outcomes[index] for index in range(len(batch))), tuple(rejections))

    def _write_section(self, section: tuple[TenantId, int], events: Sequence[Placed]) -> BatchReport:
        sink = self._take(section)
        if sink is None:
            return self._without_section(section[0], events)
        report = sink.write_within([event.record for event in events])
        self._put_back(section, sink)
        return report

    def _take(self, section: tuple[TenantId, int]) -> EventSink | None:
        """The section's sink, for this thread alone until it is put back; one that failed never is."""
        with self._lock:
            idle = self._idle.pop(section, None)
        if idle is not None:
            return idle
        tenant_id, section_id = section
        row = Section.objects.for_tenant(tenant_id).filter(pk=section_id).first()
        return None if row is None else EventSink(tenant_id, row, self._clock)

    def _put_back(self, section: tuple[TenantId, int], sink: EventSink) -> None:
        with self._lock:
            self._idle[section] = sink
            if len(self._idle) > self._most_sinks:
                self._idle.popitem(last=False)

    def _without_section(self, tenant_id: TenantId, events: Sequence[Placed]) -> BatchReport:
        """The section was deleted between look-up and write."""
        rejections = tuple(
            Rejection(index, "unknown_section", "the section is no longer there") for index in range(len(events))
        )
        lost = [Lost(event.record, rejection) for event, rejection in zip(events, rejections, strict=True)]
        keep(tenant_id, None, lost, self._clock())
        return BatchReport((Outcome.DEAD_LETTERED,) * len(events), rejections)


def endings(report: BatchReport) -> list[Ending]:
    """The report in the words of an intake."""
    reasons = {rejection.index: rejection for rejection in report.rejections}
    return [
        Ending(End(outcome.value), reasons[index].code, reasons[index].detail)
        if index in reasons
        else Ending(End(outcome.value))
        for index, outcome in enumerate(report.outcomes)
    ]

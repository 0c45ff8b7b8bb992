"""The event sink: a batch becomes raw events, rollups, dead letters and stamps of one section, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from coordinator.writes.contract import BatchReport, Outcome, Rejection, SinkUnavailable
from courses.models import Section, SectionStamp
from ingest.bulk import Encoder, Row
from ingest.dead_letters import Lost, keep
from ingest.hints import announce
from ingest.index import IndexedPage, SectionIndex, load_index
from ingest.known_events import known_events
from ingest.projection import Projection
from ingest.projection_sql import EVENTS
from ingest.records import EventRecord
from ingest.validation import Examined, Unacceptable, examine
from oracles.contract import TenantId

UNIQUE_VIOLATION = "23505"
EVENT_ID = itemgetter(0)
"""Of a row: text on both databases."""

type KeepLost = Callable[[TenantId, int | None, Sequence[Lost], datetime], int]
"""What becomes of records that are given up, in the transaction of the batch."""


@dataclass(slots=True)
class _Batch:
    """One batch while it is decided record by record."""

    index: SectionIndex
    known: dict[UUID, bytes]
    """Content hashes of the events that are stored already, and of those accepted so far."""
    stored: str | datetime
    projection: Projection
    rows: list[Row] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


class EventSink:
    """Writes events of one section. The same events again change nothing; a bad one costs only itself."""

    def __init__(
        self,
        tenant_id: TenantId,
        section: Section,
        clock: Callable[[], datetime] = timezone.now,
        keep_lost: KeepLost = keep,
    ) -> None:
        self._tenant_id = tenant_id
        self._section = section
        self._clock = clock
        self._keep_lost = keep_lost
        self._index: SectionIndex | None = None
        self._index_stamp = (-1, -1)

    @property
    def tenant_id(self) -> TenantId:
        return self._tenant_id

    @property
    def section_id(self) -> int:
        return self._section.pk

    def examine(self, record: EventRecord) -> Examined:
        """What can be said of the record before its turn, in any thread: asks no database."""
        return examine(record, self._section.slug)

    def write(self, batch: Sequence[EventRecord]) -> BatchReport:
        """Every record is stored, known already, or has a dead letter; one outcome each, in order.

        Raises:
            SinkUnavailable: nothing was written; the same batch may be tried again.

        """
        return self.write_examined(list(map(self.examine, batch)))

    def write_examined(self, batch: Sequence[Examined]) -> BatchReport:
        """Like `write`, of records that were examined before."""
        with self._refusing(), transaction.atomic():
            return self._write(batch)

    def write_within(self, batch: Sequence[EventRecord]) -> BatchReport:
        """Like `write`, in the transaction under way, which an error ends: there is no savepoint."""
        examined = list(map(self.examine, batch))
        with self._refusing():
            return self._write(examined)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            self._index = None
            raise SinkUnavailable(str(error).strip()) from error
        except IntegrityError as error:
            self._index = None
            if getattr(error.__cause__, "sqlstate", None) == UNIQUE_VIOLATION:
                # Another section's writer stored an event of the same id meanwhile: next time we see it.
                raise SinkUnavailable("another writer stored one of these events first") from error
            raise

    def _write(self, batch: Sequence[Examined]) -> BatchReport:
        stamp = self._lock()
        encoder = Encoder()
        work = _Batch(
            self._current_index(stamp),
            known_events(self._tenant_id, _ids(batch)),
            encoder.time(self._clock()),
            Projection(encoder),
        )
        for place, examined in enumerate(batch):
            work.outcomes.append(self._decide(work, place, examined))
        self._store(work, stamp)
        lost = [Lost(batch[rejection.index].record, rejection) for rejection in work.rejections]
        self._keep_lost(self._tenant_id, self._section.pk, lost, self._clock())
        return BatchReport(tuple(work.outcomes), tuple(work.rejections))

    def _lock(self) -> SectionStamp:
        stamps = SectionStamp.objects.for_tenant(self._tenant_id).select_for_update()
        return stamps.get(section=self._section.pk)

    def _current_index(self, stamp: SectionStamp) -> SectionIndex:
        """The section's keys, read again when another writer moved structure or roster."""
        if self._index is None or self._index_stamp != (stamp.structure, stamp.roster):
            self._index = load_index(self._tenant_id, self._section.pk)
            self._index_stamp = (stamp.structure, stamp.roster)
        return self._index

    def _decide(self, work: _Batch, place: int, examined: Examined) -> Outcome:
        record = examined.record
        if examined.flaw is not None:
            return _rejected(work, place, examined.flaw)
        before = work.known.get(record.event_id)
        if before is not None:
            return self._repeated(work, place, same=before == examined.digest)
        try:
            learner, page, activity = work.index.place(record)
        except Unacceptable as flaw:
            return _rejected(work, place, flaw)
        work.known[record.event_id] = examined.digest
        work.rows.append(_row(work, examined, (learner, page, activity)))
        work.projection.add(record, learner, page, activity)
        return Outcome.WRITTEN

    @staticmethod
    def _repeated(work: _Batch, place: int, *, same: bool) -> Outcome:
        if same:
            return Outcome.DEDUPLICATED
        work.rejections.append(
            Rejection(place, "conflict", "an event of this id says something else; the first is kept")
        )
        return Outcome.CONFLICT

    def _store(self, work: _Batch, stamp: SectionStamp) -> None:
        if not work.rows:
            return
        # By id: writers of two sections that bring the same ids wait for each other in one order.
        EVENTS.run(self._tenant_id, self._section.pk, sorted(work.rows, key=EVENT_ID))
        moved = work.projection.apply(self._tenant_id, self._section.pk)
        changes: dict[str, object] = {domain.value: getattr(stamp, domain.value) + 1 for domain in moved}
        newest = work.projection.newest
        if newest is not None and (stamp.as_of is None or newest > stamp.as_of):
            changes["as_of"] = newest
        if changes:
            SectionStamp.objects.for_tenant(self._tenant_id).filter(pk=stamp.pk).update(**changes)
            announce(self._tenant_id, [self._section.pk])
        # Our own move of `roster` (last activity) adds no keys: what we know of the section stays true.
        self._index_stamp = (stamp.structure, int(str(changes.get("roster", stamp.roster))))


def _rejected(work: _Batch, place: int, flaw: Unacceptable) -> Outcome:
    work.rejections.append(Rejection(place, flaw.code, flaw.detail))
    return Outcome.DEAD_LETTERED


def _ids(batch: Sequence[Examined]) -> list[UUID]:
    return [examined.record.event_id for examined in batch if examined.flaw is None]


def _row(work: _Batch, examined: Examined, placed: tuple[int, IndexedPage, int | None]) -> Row:
    learner, page, activity = placed
    record = examined.record
    encoder = work.projection.encoder
    return (
        encoder.uuid(record.event_id),
        learner,
        page.page_id,
        activity,
        record.verb.value,
        record.success,
        record.attempts,
        record.correct,
        record.score,
        record.out_of,
        examined.result,
        encoder.time(record.timestamp),
        record.sequence,
        work.stored,
        record.source,
        examined.digest,
    )

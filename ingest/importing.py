"""What every file import does: check the whole file first, then write the section, then its events batch by batch.

    on_flaw = refuse  or  Skipped()         what to do with a row that cannot be read
    prepared = prepare(path, …, on_flaw)    an adapter reads everything once; nothing is written yet
    report = write(tenant_id, prepared, say)

Events go through the write coordinator, each batch one transaction; the same file again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from coordinator.writes.contract import Outcome
from courses.models import Section
from ingest import statistics
from ingest.bulk_writing import write_events
from ingest.errors import BrokenFile, Flaw
from ingest.records import EventRecord, SectionRecord
from ingest.sinks import EventSink
from ingest.structure import StructureReport, write_section
from oracles.contract import TenantId

FLAWS_KEPT = 100_000
"""More flaws than this are not a file with bad rows but a bad file."""

type OnFlaw = Callable[[Flaw], None]
"""Called for a row that cannot be read; returns to skip it, raises to refuse the file."""


def refuse(flaw: Flaw) -> None:
    """The default: the first flaw refuses the whole file."""
    raise BrokenFile(flaw)


@dataclass(slots=True)
class Skipped:
    """Collects the flaws of the rows that are left out (`--skip-bad`)."""

    flaws: list[Flaw] = field(default_factory=list)

    def __call__(self, flaw: Flaw) -> None:
        if len(self.flaws) >= FLAWS_KEPT:
            raise BrokenFile(flaw)
        self.flaws.append(flaw)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked section; `events` reads them anew, so memory does not grow with the file."""

    section: SectionRecord
    events: Callable[[], Iterable[EventRecord]]
    total: int = 0
    """How many events these are; 0 = not known."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    section: str
    structure: StructureReport
    outcomes: Counter[Outcome]
    reasons: Counter[str]
    """Codes of the records that have a dead letter."""

    def as_dict(self) -> dict[str, object]:
        return {
            "section": self.section,
            "structure": {name: _plain(counts) for name, counts in self.structure.tables.items()},
            "events": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "dead_letter_reasons": dict(self.reasons),
        }


def _plain(counts: object) -> dict[str, int]:
    return {name: getattr(counts, name) for name in ("created", "changed", "unchanged", "removed")}


def write(tenant_id: TenantId, prepared: Prepared, say: Callable[[int], None]) -> ImportReport:
    """The section and its events are stored; `say` hears how many events so far.

    Raises:
        SinkUnavailable: the database gave up on the way; the same file may be imported again.

    """
    structure = write_section(tenant_id, prepared.section)
    sink = EventSink(tenant_id, Section.objects.for_tenant(tenant_id).get(slug=prepared.section.slug))
    tally = write_events(sink, prepared.events(), say)
    statistics.refresh()
    return ImportReport(prepared.section.slug, structure, tally.outcomes, tally.reasons)

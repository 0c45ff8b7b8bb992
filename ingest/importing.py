"""What every file import does: check the whole file first, then write the section, then its events batch by batch.

    on_flaw = refuse  or  Skipped()         what to do with a row that cannot be read
    prepared = prepare(path, …, on_flaw)    an adapter reads everything once; nothing is written yet
    report = write(tenant_id, prepared, say)

Each batch is one transaction of the write path; the same file again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import batched

import stamina

from coordinator.writes.contract import Outcome, SinkUnavailable
from courses.models import Section
from ingest import statistics
from ingest.errors import BrokenFile, Flaw
from ingest.records import EventRecord, SectionRecord
from ingest.sinks import EventSink
from ingest.structure import StructureReport, write_section
from oracles.contract import TenantId

BATCH = 20_000
"""Large, because neighbours in a file touch the same learners and pages; a batch is one transaction."""
PATIENTLY = stamina.RetryingCaller(attempts=5, wait_initial=0.1, wait_max=2.0).on(SinkUnavailable)
"""A database that is busy or restarts for a moment does not end an import: nothing of the batch was written."""
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
    """The section and its events are stored; `say` hears how many events so far."""
    structure = write_section(tenant_id, prepared.section)
    sink = EventSink(tenant_id, Section.objects.for_tenant(tenant_id).get(slug=prepared.section.slug))
    outcomes: Counter[Outcome] = Counter()
    reasons: Counter[str] = Counter()
    for batch in batched(prepared.events(), BATCH, strict=False):
        report = PATIENTLY(sink.write, batch)
        outcomes.update(report.outcomes)
        reasons.update(rejection.code for rejection in report.rejections)
        say(outcomes.total())
    statistics.refresh()
    return ImportReport(prepared.section.slug, structure, outcomes, reasons)

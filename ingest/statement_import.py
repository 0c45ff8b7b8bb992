"""A file of statements into one section that is there already: read and looked up as a whole, then written.

The file is read twice, so that memory does not grow with it; what could not be read or placed the first time is left
out the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from pathlib import Path
from uuid import UUID

from courses.models import Section
from ingest import statistics
from ingest.adapters.xapi.files import Item, UnreadableStatements, items
from ingest.adapters.xapi.reading import Reader
from ingest.adapters.xapi.statements import Edition
from ingest.bulk_writing import write_events
from ingest.directory import Directory
from ingest.errors import BrokenFile, Flaw
from ingest.fields import Misfit, shown
from ingest.importing import ImportReport, OnFlaw
from ingest.placing import place
from ingest.records import EventRecord
from ingest.sinks import EventSink
from ingest.structure.report import StructureReport
from ingest.told import Told
from oracles.contract import TenantId

LOOKED_UP_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StatementFile:
    """Statements for one section, whether they name it or not."""

    tenant_id: TenantId
    section: Section
    path: Path
    now: datetime
    directory: Directory = field(default_factory=Directory)

    def bring_in(self, on_flaw: OnFlaw, say: Callable[[int], None]) -> ImportReport:
        """The events of the file are stored; `say` hears how many so far.

        Raises:
            BrokenFile: a statement cannot be used and `on_flaw` does not let it pass; nothing was written.

        """
        bad: set[int] = set()
        for ordinal, flaw in self._flaws():
            on_flaw(flaw)
            bad.add(ordinal)
        tally = write_events(EventSink(self.tenant_id, self.section), self._records(bad), say)
        statistics.refresh()
        untouched = StructureReport(self.section.pk, self.section.slug, {}, frozenset())
        return ImportReport(self.section.slug, untouched, tally.outcomes, tally.reasons)

    def _flaws(self) -> Iterator[tuple[int, Flaw]]:
        """What is wrong with the file, in its order, each with the ordinal of its statement."""
        for some in batched(self._read(), LOOKED_UP_AT_ONCE, strict=False):
            wrong = {ordinal: told for ordinal, _, told in some if isinstance(told, Misfit)}
            ordinals = {told.path: ordinal for ordinal, _, told in some if isinstance(told, Told)}
            _, misfits = place(self.directory, self.tenant_id, [told for _, _, told in some if isinstance(told, Told)])
            wrong |= {ordinals[misfit.path.partition(".")[0]]: misfit for misfit in misfits}
            for ordinal, item, _ in some:
                if ordinal in wrong:
                    yield ordinal, self._flaw(item.line, wrong[ordinal])

    def _records(self, bad: set[int]) -> Iterator[EventRecord]:
        good = (told for ordinal, _, told in self._read() if ordinal not in bad and isinstance(told, Told))
        for some in batched(good, LOOKED_UP_AT_ONCE, strict=False):
            placed, misfits = place(self.directory, self.tenant_id, some)
            if misfits:
                raise BrokenFile(Flaw(self.path.name, 0, "", f"the section changed meanwhile: {misfits[0].reason}"))
            yield from (event.record for event in placed)

    def _read(self) -> Iterator[tuple[int, Item, Told | Misfit]]:
        """Every statement with its ordinal; where the file becomes unreadable it ends, with what is wrong."""
        reader = Reader(Edition.V1, self.now, _no_id)
        ordinal = -1
        try:
            for ordinal, item in enumerate(items(self.path)):
                yield ordinal, item, self._told(reader, item, ordinal)
        except UnreadableStatements as broken:
            yield ordinal + 1, Item(broken.line), Misfit("", str(broken))

    def _told(self, reader: Reader, item: Item, ordinal: int) -> Told | Misfit:
        if item.flaw:
            return Misfit("", item.flaw)
        try:
            told = reader.read(item.value, f"[{ordinal}]")
        except Misfit as misfit:
            return misfit
        if not told.has_timestamp:
            return Misfit(told.path_of("timestamp"), "is required in a file, it is missing")
        if told.section not in {"", self.section.slug}:
            return Misfit(told.path_of("section"), f"expected section {self.section.slug}, got {shown(told.section)}")
        return replace(told, section=self.section.slug)

    def _flaw(self, line: int, misfit: Misfit) -> Flaw:
        """Its line and field; the place in the array says nothing more."""
        field = misfit.path.partition("]")[2].lstrip(".") if misfit.path.startswith("[") else misfit.path
        return Flaw(self.path.name, line, field, misfit.reason)


def _no_id() -> UUID:
    """Of a statement with neither id nor time, which is refused right after."""
    return UUID(int=0)

"""An OULAD ZIP becomes one section per module presentation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from ingest.adapters.oulad.events import Survey, clicks, marks, survey
from ingest.adapters.oulad.outline import section_record
from ingest.adapters.oulad.presentations import Code, Presentation, read_presentations
from ingest.adapters.oulad.tables import check_zip
from ingest.errors import BrokenFile, Flaw
from ingest.importing import OnFlaw, Prepared
from ingest.records import EventRecord


def prepare(path: Path, module: str | None, run: str | None, on_flaw: OnFlaw) -> Iterator[Prepared]:
    """The presentations of the file, or those chosen; every row was read once before the first is yielded.

    Raises:
        BrokenFile: the file cannot be read, a row cannot and `on_flaw` refuses it, or nothing in it was chosen.

    """
    check_zip(path)
    found = read_presentations(path, on_flaw)
    chosen = [each for code, each in found.items() if module in {None, code[0]} and run in {None, code[1]}]
    if not chosen:
        wanted = " ".join(part for part in (module, run) if part) or "at least one presentation"
        there = ", ".join(" ".join(code) for code in found) or "none"
        raise BrokenFile(Flaw(path.name, 0, "", f"expected {wanted}, the file has {there}"))
    seen = survey(path, found, on_flaw)
    owners = {number: code for code, each in found.items() for number in each.assessments}
    for each in chosen:
        events = partial(_events, path, each, seen, (owners, chosen[0].code))
        yield Prepared(section_record(each), events, seen.total(each))


def _events(
    path: Path, presentation: Presentation, seen: Survey, ownership: tuple[dict[int, Code], Code]
) -> Iterator[EventRecord]:
    owners, heir = ownership
    return chain(clicks(path, presentation, seen.of(presentation.code)), marks(path, presentation, owners, heir))

"""The same thing told twice under different ids, and ids that were used twice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from courses.quality_facts import EventFacts, PageFacts
from experiences.calculators.data_quality import Check, Dimension, Effort, Severity
from experiences.hygiene_tray.contract import Blocks, DetectorName, Facts, Finding, Report, Targets
from experiences.hygiene_tray.detectors.letters import DUPLICATES, count, letter_findings, letters_of
from experiences.hygiene_tray.detectors.shares import percent

NAME = DetectorName.DUPLICATES


def detect(facts: Facts, _targets: Targets, _now: datetime) -> Report:
    """One finding for each page with repeated events, and one for ids that say something else the second time."""
    records, conflicts = facts.records, letters_of(facts, DUPLICATES)
    if records is None or not (records.events or conflicts):
        return Report(NAME, unmeasured="no_events")
    repeated, pages = sum(one.repeated for one in records.repeated), {page.page_id: page for page in facts.pages or ()}
    checks = (
        Check(Dimension.CONSISTENCY, records.events - repeated, records.events),
        Check(Dimension.CONSISTENCY, records.events, records.events + count(conflicts)),
    )
    conflicting = letter_findings(NAME, "conflict", conflicts, facts)
    return Report(NAME, (*_repeated(records.repeated, pages, records.events), *conflicting), checks)


def _repeated(repeated: Iterable[EventFacts], pages: Mapping[int, PageFacts], events: int) -> Iterator[Finding]:
    """Pages that learners do not see say nothing."""
    for one in repeated:
        page = pages.get(one.page_id)
        if page is not None:
            yield Finding(
                NAME, "repeated_events", f"page:{page.key}", page.title, Severity.MEDIUM, Effort.LONG, one.learners,
                regained=percent(one.repeated, events), page=page.page_id,
                blocks=Blocks(pages=frozenset({page.page_id})), numbers={"count": one.repeated},
            )  # fmt: skip

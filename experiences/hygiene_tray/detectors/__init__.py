"""The table of detectors: what each needs, and the one question it answers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from experiences.hygiene_tray.contract import DetectorName, Facts, Report, Source, Targets
from experiences.hygiene_tray.detectors import (
    due_dates,
    duplicates,
    feed,
    identity,
    missing_grades,
    objectives,
    out_of_range,
    policies,
    ungraded,
    unknown_references,
)

UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Detector:
    detect: Callable[[Facts, Targets, datetime], Report]
    needs: frozenset[Source]


def _needing(detect: Callable[[Facts, Targets, datetime], Report], *needs: Source) -> Detector:
    return Detector(detect, frozenset({Source.SECTION, *needs}))


DETECTORS: Mapping[DetectorName, Detector] = {
    DetectorName.DUE_DATES: _needing(due_dates.detect, Source.PAGES),
    DetectorName.UNGRADED: _needing(ungraded.detect, Source.PAGES, Source.GRADING),
    DetectorName.OBJECTIVES: _needing(objectives.detect, Source.PAGES),
    DetectorName.MISSING_GRADES: _needing(missing_grades.detect, Source.PAGES, Source.GRADING),
    DetectorName.POLICIES: _needing(policies.detect, Source.PAGES),
    DetectorName.UNKNOWN_REFERENCES: _needing(unknown_references.detect, Source.RECORDS, Source.LETTERS),
    DetectorName.IDENTITY: _needing(identity.detect, Source.PAGES, Source.TWINS),
    DetectorName.DUPLICATES: _needing(duplicates.detect, Source.PAGES, Source.RECORDS, Source.LETTERS),
    DetectorName.FEED: _needing(feed.detect, Source.RECORDS, Source.LETTERS),
    DetectorName.OUT_OF_RANGE: _needing(
        out_of_range.detect, Source.PAGES, Source.GRADING, Source.RECORDS, Source.LETTERS
    ),
}


def run(facts: Facts, targets: Targets, now: datetime) -> tuple[Report, ...]:
    """What every detector says; one whose source failed says that it could not look."""
    return tuple(
        detector.detect(facts, targets, now) if _can_look(detector, facts) else Report(name, unmeasured=UNAVAILABLE)
        for name, detector in DETECTORS.items()
    )


def _can_look(detector: Detector, facts: Facts) -> bool:
    return all(facts.has(source) for source in detector.needs)

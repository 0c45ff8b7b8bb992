"""Events that name a learner, an item or a section that is not there. Pure."""

from __future__ import annotations

from datetime import datetime

from experiences.calculators.data_quality import Check, Dimension
from experiences.hygiene_tray.contract import DetectorName, Facts, Report, Targets
from experiences.hygiene_tray.detectors.letters import UNKNOWN, count, letter_findings, letters_of

NAME = DetectorName.UNKNOWN_REFERENCES


def detect(facts: Facts, _targets: Targets, _now: datetime) -> Report:
    """One finding for each kind of thing that is unknown."""
    letters = letters_of(facts, UNKNOWN)
    reported, lost = facts.records.events if facts.records else 0, count(letters)
    if not reported and not lost:
        return Report(NAME, unmeasured="no_events")
    findings = tuple(letter_findings(NAME, "unknown_reference", letters, facts))
    return Report(NAME, findings, (Check(Dimension.ACCURACY, reported, reported + lost),))

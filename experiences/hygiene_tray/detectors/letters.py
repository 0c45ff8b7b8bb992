"""Records that were given up and wait, by reason; the reasons decide which detector speaks of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from courses.quality_facts import LetterFacts
from experiences.calculators.data_quality import Effort, Severity
from experiences.hygiene_tray.contract import DetectorName, Facts, Finding
from experiences.hygiene_tray.detectors.shares import percent

UNKNOWN = frozenset({
    "unknown_learner", "unknown_page", "unknown_activity", "unknown_section", "unknown_objective", "activity_elsewhere",
})  # fmt: skip
OUT_OF_RANGE = frozenset({"out_of_range"})
DUPLICATES = frozenset({"conflict"})
SPOKEN_FOR = UNKNOWN | OUT_OF_RANGE | DUPLICATES
MANY = 5.0
"""Percent of all that was reported: from here on it is urgent."""


def letters_of(facts: Facts, reasons: frozenset[str]) -> tuple[LetterFacts, ...]:
    """Those of these reasons."""
    return tuple(one for one in facts.letters or () if one.reason in reasons)


def count(letters: Iterable[LetterFacts]) -> int:
    return sum(one.count for one in letters)


def letter_findings(name: DetectorName, fault: str, letters: Iterable[LetterFacts], facts: Facts) -> Iterator[Finding]:
    """One finding for each reason; it can be replayed from the tray."""
    reported = facts.records.events if facts.records else 0
    for one in letters:
        share = percent(one.count, reported + one.count)
        yield Finding(
            name, fault, f"reason:{one.reason}", one.reason,
            Severity.HIGH if share is not None and share >= MANY else Severity.MEDIUM, Effort.QUICK,
            regained=share, numbers={"count": one.count, "reason": one.reason},
        )  # fmt: skip

"""Scores above their maximum or below zero, events of the future, and records refused for their numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from courses.quality_facts import GradingFacts, PageFacts
from experiences.calculators.data_quality import Check, Dimension, Effort, Severity
from experiences.hygiene_tray.contract import Blocks, DetectorName, Facts, Finding, Report, Targets
from experiences.hygiene_tray.detectors.letters import OUT_OF_RANGE, count, letter_findings, letters_of
from experiences.hygiene_tray.detectors.shares import grade_shares, percent

NAME = DetectorName.OUT_OF_RANGE


def detect(facts: Facts, _targets: Targets, _now: datetime) -> Report:
    """One finding for each page with such scores, one for events of the future, one for refused records."""
    pages = {page.page_id: page for page in facts.pages or ()}
    grading = [one for one in facts.grading or () if one.page_id in pages and one.scored]
    letters = letters_of(facts, OUT_OF_RANGE)
    events, ahead = (facts.records.events, facts.records.in_the_future) if facts.records else (0, 0)
    if not grading and not events and not letters:
        return Report(NAME, unmeasured="no_events")
    scored, wrong = sum(one.scored for one in grading), sum(_wrong(one) for one in grading)
    checks = (
        Check(Dimension.ACCURACY, scored - wrong, scored),
        Check(Dimension.VALIDITY, events - ahead, events + count(letters)),
    )
    shares = grade_shares(pages.values())
    scores = (_scores(pages[one.page_id], one, shares.get(one.page_id)) for one in grading if _wrong(one))
    return Report(NAME, (*scores, *_future(ahead, events), *letter_findings(NAME, "refused", letters, facts)), checks)


def _wrong(one: GradingFacts) -> int:
    return min(one.above_maximum + one.below_zero + one.without_maximum, one.scored)


def _scores(page: PageFacts, one: GradingFacts, share: float | None) -> Finding:
    return Finding(
        NAME, "impossible_scores", f"page:{page.key}", page.title, Severity.HIGH, Effort.SOME, _wrong(one), share,
        regained=percent(_wrong(one), one.scored), page=page.page_id,
        blocks=Blocks(pages=frozenset({page.page_id})),
        numbers={
            "count": _wrong(one), "above": one.above_maximum, "below": one.below_zero, "without": one.without_maximum,
        },
    )  # fmt: skip


def _future(ahead: int, events: int) -> Iterator[Finding]:
    if ahead:
        yield Finding(
            NAME, "future_events", "events", "", Severity.MEDIUM, Effort.LONG,
            regained=percent(ahead, events), numbers={"count": ahead},
        )  # fmt: skip

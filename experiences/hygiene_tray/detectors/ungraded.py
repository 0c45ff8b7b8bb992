"""Submissions that wait for a grade longer than the section promises. Pure."""

from __future__ import annotations

from datetime import datetime

from courses.quality_facts import GradingFacts, PageFacts
from experiences.calculators.data_quality import Check, Dimension, Effort, Severity
from experiences.hygiene_tray.contract import Blocks, DetectorName, Facts, Finding, Report, Targets
from experiences.hygiene_tray.detectors.shares import grade_shares, percent

NAME = DetectorName.UNGRADED
MANY = 4
"""A quarter of what was handed in makes it urgent."""


def detect(facts: Facts, targets: Targets, now: datetime) -> Report:
    """One finding for each graded page on which a submission waits too long."""
    pages = {page.page_id: page for page in facts.pages or () if page.graded}
    grading = [one for one in facts.grading or () if one.page_id in pages and one.handed_in]
    if not grading:
        return Report(NAME, unmeasured="nothing_handed_in")
    handed_in, overdue = sum(one.handed_in for one in grading), sum(one.overdue for one in grading)
    shares = grade_shares(pages.values())
    findings = tuple(
        _finding(pages[one.page_id], one, shares.get(one.page_id), targets, now) for one in grading if one.overdue
    )
    return Report(NAME, findings, (Check(Dimension.TIMELINESS, handed_in - overdue, handed_in),))


def _finding(page: PageFacts, one: GradingFacts, share: float | None, targets: Targets, now: datetime) -> Finding:
    age = now - one.oldest_waiting if one.oldest_waiting else targets.grading
    is_urgent = one.overdue * MANY >= one.handed_in or age >= 2 * targets.grading
    return Finding(
        NAME, "ungraded", f"page:{page.key}", page.title,
        Severity.HIGH if is_urgent else Severity.MEDIUM, Effort.LONG, one.overdue, share,
        regained=percent(one.overdue, one.handed_in), page=page.page_id,
        blocks=Blocks(pages=frozenset({page.page_id})),
        numbers={"count": one.overdue, "days": age.days, "target": targets.grading_days},
    )  # fmt: skip

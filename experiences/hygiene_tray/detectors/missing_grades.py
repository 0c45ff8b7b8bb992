"""High-stakes items that are over, and have learners without a grade. Pure."""

from __future__ import annotations

from datetime import datetime

from courses.quality_facts import PageFacts
from experiences.calculators.data_quality import Check, Dimension, Effort, Severity
from experiences.hygiene_tray.contract import Blocks, DetectorName, Facts, Finding, Report, Targets
from experiences.hygiene_tray.detectors.shares import grade_shares, percent

NAME = DetectorName.MISSING_GRADES


def detect(facts: Facts, targets: Targets, now: datetime) -> Report:
    """One finding for each such item; nothing is high-stakes where no weights are known."""
    shares = grade_shares(facts.pages or ())
    if not shares:
        return Report(NAME, unmeasured="no_weights")
    learners = facts.section.learners if facts.section else 0
    scored = {one.page_id: one.scored for one in facts.grading or ()}
    over = [page for page in facts.pages or () if _is_over(page, targets, now)]
    looked_at = [page for page in over if shares.get(page.page_id, 0) >= targets.high_stakes_pct]
    if not looked_at or not learners:
        return Report(NAME, unmeasured="no_high_stakes")
    missing = {page.page_id: max(learners - scored.get(page.page_id, 0), 0) for page in looked_at}
    total = learners * len(looked_at)
    findings = tuple(
        _finding(page, missing[page.page_id], learners, shares[page.page_id])
        for page in looked_at
        if missing[page.page_id]
    )
    return Report(NAME, findings, (Check(Dimension.COMPLETENESS, total - sum(missing.values()), total),))


def _is_over(page: PageFacts, targets: Targets, now: datetime) -> bool:
    """Grades may be expected: the due date and the time for grading have passed."""
    return page.graded and page.due_at is not None and page.due_at + targets.grading <= now


def _finding(page: PageFacts, missing: int, learners: int, share: float) -> Finding:
    is_most = 2 * missing > learners
    return Finding(
        NAME, "missing_grades", f"page:{page.key}", page.title,
        Severity.CRITICAL if is_most else Severity.HIGH, Effort.LONG, missing, share,
        regained=percent(missing, learners), page=page.page_id,
        blocks=Blocks(pages=frozenset({page.page_id})),
        numbers={"count": missing, "of": learners, "share": share},
    )  # fmt: skip

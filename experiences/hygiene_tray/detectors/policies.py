"""Graded items of which nobody has said how many attempts they take, what becomes of late work, which attempt counts.
Pure.
"""

from __future__ import annotations

from datetime import datetime

from courses.quality_facts import PageFacts
from experiences.calculators.data_quality import Check, Dimension, Effort, Severity
from experiences.hygiene_tray.contract import DetectorName, Facts, Finding, Report, Targets
from experiences.hygiene_tray.detectors.shares import grade_shares

NAME = DetectorName.POLICIES
RULES = 3


def detect(facts: Facts, _targets: Targets, _now: datetime) -> Report:
    """One finding for each graded page that lacks one; where no page has any, the source does not tell policies."""
    pages = [page for page in facts.pages or () if page.graded]
    if not pages:
        return Report(NAME, unmeasured="no_graded_items")
    missing = {page.page_id: _missing(page) for page in pages}
    if all(len(each) == RULES for each in missing.values()):
        return Report(NAME, unmeasured="no_policies_told")
    shares = grade_shares(pages)
    findings = tuple(
        _finding(page, missing[page.page_id], shares.get(page.page_id)) for page in pages if missing[page.page_id]
    )
    total = RULES * len(pages)
    return Report(NAME, findings, (Check(Dimension.COMPLETENESS, total - sum(map(len, missing.values())), total),))


def _missing(page: PageFacts) -> tuple[str, ...]:
    told = {"attempts": page.attempts_allowed is not None, "late": bool(page.late_work), "scoring": bool(page.scoring)}
    return tuple(rule for rule, is_told in told.items() if not is_told)


def _finding(page: PageFacts, missing: tuple[str, ...], share: float | None) -> Finding:
    """No number of any learner is wrong for it, and nothing has to wait."""
    return Finding(
        NAME, "no_policy", f"page:{page.key}", page.title, Severity.LOW, Effort.QUICK, grade_share=share,
        page=page.page_id, numbers={"count": len(missing), "missing": " ".join(missing)},
    )  # fmt: skip

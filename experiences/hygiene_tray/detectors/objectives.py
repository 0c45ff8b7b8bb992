"""Activities that give evidence on nothing, because no objective is attached to them. Pure."""

from __future__ import annotations

from datetime import datetime

from courses.quality_facts import PageFacts
from experiences.calculators.data_quality import Check, Dimension, Effort, Severity
from experiences.hygiene_tray.contract import Blocks, DetectorName, Facts, Finding, Report, Targets
from experiences.hygiene_tray.detectors.shares import percent

NAME = DetectorName.OBJECTIVES


def detect(facts: Facts, _targets: Targets, _now: datetime) -> Report:
    """One finding for each page with such activities; a section that has no objectives at all is not measured."""
    pages = [page for page in facts.pages or () if page.activities]
    if facts.section is None or not facts.section.objectives:
        return Report(NAME, unmeasured="no_objectives")
    if not pages:
        return Report(NAME, unmeasured="no_activities")
    total, loose = sum(page.activities for page in pages), sum(len(page.loose) for page in pages)
    findings = tuple(_finding(page, facts.section.learners, total) for page in pages if page.loose)
    return Report(NAME, findings, (Check(Dimension.COMPLETENESS, total - loose, total),))


def _finding(page: PageFacts, learners: int, total: int) -> Finding:
    is_all = len(page.loose) == page.activities
    return Finding(
        NAME, "no_objective", f"page:{page.key}", page.title,
        Severity.MEDIUM if is_all else Severity.LOW, Effort.SOME, learners,
        regained=percent(len(page.loose), total), page=page.page_id,
        blocks=Blocks(activities=frozenset(page.loose)),
        numbers={"count": len(page.loose), "of": page.activities},
    )  # fmt: skip

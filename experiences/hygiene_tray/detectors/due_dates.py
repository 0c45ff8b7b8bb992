"""Graded items without a due date, and windows that close before they open. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from courses.quality_facts import PageFacts
from experiences.calculators.data_quality import Check, Dimension, Effort, Severity
from experiences.hygiene_tray.contract import Blocks, DetectorName, Facts, Finding, Report, Targets
from experiences.hygiene_tray.detectors.shares import grade_shares

NAME = DetectorName.DUE_DATES


def detect(facts: Facts, targets: Targets, _now: datetime) -> Report:
    """One finding for each graded page without a due date, and for each page that closes before it opens."""
    pages = facts.pages or ()
    graded = [page for page in pages if page.graded]
    windows = [page for page in pages if page.due_at and page.available_from]
    if not graded and not windows:
        return Report(NAME, unmeasured="no_graded_items")
    impossible = [page for page in windows if _is_impossible(page)]
    checks = (
        Check(Dimension.COMPLETENESS, sum(page.due_at is not None for page in graded), len(graded)),
        Check(Dimension.VALIDITY, len(windows) - len(impossible), len(windows)),
    )
    return Report(NAME, (*_missing(graded, facts, targets), *_impossible(impossible, facts)), checks)


def _is_impossible(page: PageFacts) -> bool:
    return page.due_at is not None and page.available_from is not None and page.due_at <= page.available_from


def _missing(graded: Iterable[PageFacts], facts: Facts, targets: Targets) -> Iterator[Finding]:
    shares, learners = grade_shares(facts.pages or ()), facts.section.learners if facts.section else 0
    for page in graded:
        if page.due_at is None:
            share = shares.get(page.page_id)
            is_high = share is not None and share >= targets.high_stakes_pct
            yield _finding(page, "missing_due_date", Severity.HIGH if is_high else Severity.MEDIUM, learners, share)


def _impossible(pages: Iterable[PageFacts], facts: Facts) -> Iterator[Finding]:
    shares, learners = grade_shares(facts.pages or ()), facts.section.learners if facts.section else 0
    for page in pages:
        yield _finding(page, "impossible_window", Severity.HIGH, learners, shares.get(page.page_id))


def _finding(page: PageFacts, fault: str, severity: Severity, learners: int, share: float | None) -> Finding:
    return Finding(
        NAME, fault, f"page:{page.key}", page.title, severity, Effort.QUICK, learners, share,
        page=page.page_id, blocks=Blocks(pages=frozenset({page.page_id})),
    )  # fmt: skip

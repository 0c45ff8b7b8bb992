"""What part of the grade a page is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from courses.quality_facts import PageFacts


def grade_shares(pages: Iterable[PageFacts]) -> Mapping[int, float]:
    """Page id → percent of all weights; a page without a weight has none."""
    weights = {page.page_id: page.weight for page in pages if page.graded and page.weight and page.weight > 0}
    total = sum(weights.values())
    return {page_id: round(100 * weight / total, 1) for page_id, weight in weights.items()}


def percent(part: float, whole: float) -> float | None:
    """One decimal; `None` where there is no whole."""
    return round(100 * part / whole, 1) if whole else None

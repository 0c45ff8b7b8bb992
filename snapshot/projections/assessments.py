"""Assessments: one card per graded page in scope. Pure.

Score % = score ÷ out_of × 100. Median: mean of the middle two. Population standard deviation. Ten bins of width 10,
lower bound inclusive, 100 and more in the last, 0 and less in the first. Completed: has a score. Missing: past due
and nothing submitted; work that awaits its grade is not missing.
"""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate
from math import sqrt

from oracles.contract import ASSESSMENTS, SCOPE_RESOURCES
from oracles.payloads import AssessmentRow, Assessments, PageItem, ScopeResources, ScoreCount
from snapshot.contract import AssessmentCard, AssessmentsProjection, Facts, HistogramBin
from snapshot.numbers import exact, percent, share
from snapshot.projections.material import Material

BINS = 10
WIDTH = 10
WELL_COMPLETED = 50


def derive(material: Material) -> AssessmentsProjection:
    payload = material.need(ASSESSMENTS, Assessments)
    pages = {page.key: page for page in material.need(SCOPE_RESOURCES, ScopeResources).graded_pages}
    now = material.metadata.generated_at
    rows = sorted((row for row in payload.rows if row.key in pages), key=lambda row: _order(pages[row.key]))
    cards = tuple(_card(pages[row.key], row, payload.class_size, now) for row in rows)
    state = "populated" if cards else "not_applicable"
    return AssessmentsProjection(state=state, class_size=payload.class_size, cards=cards)


def facts(projection: AssessmentsProjection) -> Facts:
    result: dict[str, int | float | None] = {}
    for card in projection.cards:
        stem = f"assessments.{card.key}"
        result[f"{stem}.completed"] = card.completed
        result[f"{stem}.min"] = card.minimum
        result[f"{stem}.median"] = card.median
        result[f"{stem}.mean"] = card.mean
        result[f"{stem}.max"] = card.maximum
        result[f"{stem}.std_dev"] = card.std_dev
    return result


def means(material: Material) -> list[float] | None:
    """The unrounded mean of every assessment that has a score; nothing while the answer is missing."""
    payload = material.find(ASSESSMENTS, Assessments)
    if payload is None:
        return None
    return [_mean(row.scores) for row in payload.rows if row.scores]


def bin_of(percent: float) -> int:
    """In which of the ten bins a score stands."""
    return min(BINS - 1, max(0, int(exact(percent) // WIDTH)))


def _order(page: PageItem) -> tuple[bool, float, int]:
    """By due date, undated last, then curriculum order."""
    return page.due_at is None, page.due_at.timestamp() if page.due_at else 0.0, page.position


def _card(page: PageItem, row: AssessmentRow, class_size: int, now: datetime) -> AssessmentCard:
    completed = sum(score.learners for score in row.scores)
    completion = share(completed, class_size)
    is_past_due = page.due_at is not None and page.due_at < now
    return AssessmentCard(
        key=page.key,
        title=page.title,
        context=page.context,
        available_from=page.available_from,
        due_at=page.due_at,
        class_size=class_size,
        completed=completed,
        completion_pct=completion,
        is_well_completed=completion is not None and completion >= WELL_COMPLETED,
        minimum=percent(row.scores[0].percent) if row.scores else None,
        median=percent(_median(row.scores)) if row.scores else None,
        mean=percent(_mean(row.scores)) if row.scores else None,
        maximum=percent(row.scores[-1].percent) if row.scores else None,
        std_dev=percent(_deviation(row.scores)) if row.scores else None,
        bins=_bins(row.scores),
        late=row.late,
        missing=max(0, class_size - row.submitted) if is_past_due else 0,
        awaiting_grade=row.awaiting_grade,
    )


def _mean(scores: tuple[ScoreCount, ...]) -> float:
    return sum(score.percent * score.learners for score in scores) / sum(score.learners for score in scores)


def _median(scores: tuple[ScoreCount, ...]) -> float:
    ends = list(accumulate(score.learners for score in scores))
    lower, upper = (ends[-1] - 1) // 2, ends[-1] // 2
    middle = [next(s.percent for s, end in zip(scores, ends, strict=True) if rank < end) for rank in (lower, upper)]
    return sum(middle) / 2


def _deviation(scores: tuple[ScoreCount, ...]) -> float:
    mean = _mean(scores)
    squares = sum(score.learners * (score.percent - mean) ** 2 for score in scores)
    return sqrt(squares / sum(score.learners for score in scores))


def _bins(scores: tuple[ScoreCount, ...]) -> tuple[HistogramBin, ...]:
    counts = [0] * BINS
    for score in scores:
        counts[bin_of(score.percent)] += score.learners
    return tuple(HistogramBin(index * WIDTH, (index + 1) * WIDTH, count) for index, count in enumerate(counts))

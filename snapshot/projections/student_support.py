"""Student support: every enrolled learner in exactly one bucket, with the reason. Pure.

Evaluated in this order, on exact values: (1) progress or proficiency missing: not enough information;
(2) progress ≥ high and proficiency ≥ high: excelling; (3) progress < low or > high, and proficiency ≤ low:
struggling; (4) else on track. Inactive (no learning event for N days, or never) does not move anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from courses.contract import SupportThresholds
from oracles.contract import LEARNER_INFO, PROGRESS_PROFICIENCY
from oracles.payloads import LearnerInfo, LearnerRow, LearnerStanding, ProgressProficiency
from snapshot.contract import Bucket, Facts, StudentSupportProjection, SupportRow, Why
from snapshot.numbers import exact, percent, share
from snapshot.proficiency import ENOUGH, INTERVALS, MODELS, of_learner
from snapshot.projections.material import Material

BUCKETS = ("struggling", "on_track", "excelling", "not_enough_information")
"""In the order in which they are shown; the first that is not empty is open at first."""

CODES = {
    "no_progress": "not_enough_information",
    "few_attempts": "not_enough_information",
    "excelling": "excelling",
    "struggling_low": "struggling",
    "struggling_high": "struggling",
    "on_track": "on_track",
}
"""Every rule leads to one bucket."""


def derive(material: Material) -> StudentSupportProjection:
    metadata = material.metadata
    thresholds = metadata.semantics.support
    people = {row.learner_id: row for row in material.need(LEARNER_INFO, LearnerInfo).learners}
    name = metadata.semantics.proficiency_model
    quiet_since = metadata.generated_at - timedelta(days=thresholds.inactivity_days)
    rows = [
        _row(person, standing, name, quiet_since, thresholds)
        for standing in material.need(PROGRESS_PROFICIENCY, ProgressProficiency).learners
        if (person := people.get(standing.learner_id))
    ]
    return _projection(rows, thresholds)


def facts(projection: StudentSupportProjection) -> Facts:
    counts = {f"student_support.{bucket.id}.count": bucket.count for bucket in projection.buckets}
    return {**counts, "student_support.inactive.count": projection.inactive}


def explain(
    progress: float | None, proficiency: float | None, first_attempts: int, thresholds: SupportThresholds
) -> Why:
    """The first rule that holds, with its numbers. Both values are percent, exact."""
    if progress is None:
        return Why("no_progress")
    if proficiency is None:
        return Why("few_attempts", {"first_attempts": first_attempts, "needed": ENOUGH})
    done, able = exact(progress), exact(proficiency)
    low, high = thresholds.progress_low, thresholds.progress_high
    weak, strong = thresholds.proficiency_low, thresholds.proficiency_high
    if done >= high and able >= strong:
        return _why("excelling", (done, high), (able, strong))
    if done < low and able <= weak:
        return _why("struggling_low", (done, low), (able, weak))
    if done > high and able <= weak:
        return _why("struggling_high", (done, high), (able, weak))
    return _why("on_track", (done, None), (able, None))


def _why(code: str, progress: tuple[Decimal, int | None], proficiency: tuple[Decimal, int | None]) -> Why:
    numbers: dict[str, int | float | None] = {
        "progress": _telling(*progress),
        "progress_limit": progress[1],
        "proficiency": _telling(*proficiency),
        "proficiency_limit": proficiency[1],
    }
    return Why(code, {name: number for name, number in numbers.items() if number is not None})


def _telling(value: Decimal, limit: int | None) -> float:
    """One decimal, unless rounding would make the sentence false (39.96 is not `40 < 40`)."""
    rounded = percent(float(value))
    if limit is not None and rounded == limit and value != limit:
        return float(round(value, 4))
    return rounded


def _row(
    person: LearnerRow,
    standing: LearnerStanding,
    model: str,
    quiet_since: datetime,
    thresholds: SupportThresholds,
) -> SupportRow:
    progress = None if standing.progress is None else 100 * standing.progress
    proficiency = of_learner(MODELS[model], standing.first_attempts, standing.first_correct)
    why = explain(progress, proficiency, standing.first_attempts, thresholds)
    return SupportRow(
        learner_id=person.learner_id,
        external_id=person.external_id,
        name=person.name,
        email=person.email,
        progress_pct=None if progress is None else percent(progress),
        proficiency_pct=None if proficiency is None else percent(proficiency),
        first_attempts=standing.first_attempts,
        bucket=CODES[why.code],
        inactive=person.last_activity is None or person.last_activity <= quiet_since,
        last_activity=person.last_activity,
        why=why,
        proficiency_interval=_interval(model, standing),
    )


def _interval(model: str, standing: LearnerStanding) -> tuple[float, float] | None:
    if model not in INTERVALS or standing.first_attempts < ENOUGH:
        return None
    low, high = INTERVALS[model](standing.first_attempts, standing.first_correct)
    return percent(low), percent(high)


def _projection(rows: list[SupportRow], thresholds: SupportThresholds) -> StudentSupportProjection:
    buckets = tuple(_bucket(name, [row for row in rows if row.bucket == name], len(rows)) for name in BUCKETS)
    return StudentSupportProjection(
        total=len(rows),
        inactive=sum(row.inactive for row in rows),
        buckets=buckets,
        default_bucket=next((bucket.id for bucket in buckets if bucket.count), BUCKETS[-1]),
        has_activity=any(row.progress_pct or row.first_attempts for row in rows),
        thresholds=thresholds,
    )


def _bucket(name: str, rows: list[SupportRow], total: int) -> Bucket:
    inactive = sum(row.inactive for row in rows)
    return Bucket(
        id=name,
        count=len(rows),
        percentage=share(len(rows), total),
        active=len(rows) - inactive,
        inactive=inactive,
        learners=tuple(sorted(rows, key=_order)),
    )


def _order(row: SupportRow) -> tuple[bool, str, str]:
    return not row.inactive, row.name.casefold(), row.external_id

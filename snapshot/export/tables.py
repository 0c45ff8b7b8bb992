"""The rows of every CSV, read off the projections. Pure.

Rows stand in the order of the projection (curriculum order, learners by id), so equal snapshots give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from snapshot.contract import (
    AiContextProjection,
    AssessmentCard,
    AssessmentsProjection,
    Capability,
    ChallengingObjectivesProjection,
    ProgressProjection,
    Projection,
    Snapshot,
    StudentSupportProjection,
    SummaryProjection,
)
from snapshot.export.cells import Cell
from snapshot.export.contract import Row
from snapshot.projections import definitions
from snapshot.projections.ai_words import as_json


def metadata(snapshot: Snapshot) -> Iterator[Row]:
    about = snapshot.metadata
    thresholds = about.semantics.support
    values: dict[str, Cell] = {
        "institution": about.institution,
        "course": about.course_title,
        "section": about.section_title,
        "section_slug": about.section,
        "scope": snapshot.scope.address,
        "as_of": about.as_of,
        "generated_at": about.generated_at,
        "time_zone": about.time_zone,
        "snapshot_id": snapshot.snapshot_id,
        "config_signature": snapshot.config_signature,
        "completion_threshold": about.semantics.progress_threshold,
        "proficiency_model": about.semantics.proficiency_model,
        "inactivity_days": thresholds.inactivity_days,
        "struggling_progress_below": thresholds.progress_low,
        "struggling_progress_above": thresholds.progress_high,
        "struggling_proficiency_at_most": thresholds.proficiency_low,
        "excelling_progress_at_least": thresholds.progress_high,
        "excelling_proficiency_at_least": thresholds.proficiency_high,
        "credit": about.credit,
    }
    yield from (Row(pair) for pair in values.items())
    yield from (Row((f"definition.{name}", words)) for name, words in definitions.FACTS.items())


def facts(snapshot: Snapshot) -> Iterator[Row]:
    """Every number of the page under its id, so that none is without a place in the files."""
    for fact, value in snapshot.facts.items():
        capability, _, _ = fact.partition(".")
        yield Row((fact, capability, value), (("value", fact),))


def summary(snapshot: Snapshot) -> Iterator[Row]:
    found = _projection(snapshot, Capability.SUMMARY, SummaryProjection)
    shown = (("value", "summary.class_size"),)
    yield Row(("class_size", found.class_size, "learners", found.class_size), shown)
    for card in found.cards:
        if card.value is not None:  # placeholders never reach a file
            name = card.fact.removeprefix("summary.")
            yield Row((name, card.value, "percent", card.n), (("value", card.fact),))


def progress(snapshot: Snapshot) -> Iterator[Row]:
    found = _projection(snapshot, Capability.PROGRESS, ProgressProjection)
    for bar in found.bars:
        shown = (("students_completed", f"progress.{bar.key}.completed"),)
        yield Row((bar.title, bar.completed, found.class_size, bar.completed_pct), shown)


def support_summary(snapshot: Snapshot) -> Iterator[Row]:
    for bucket in _projection(snapshot, Capability.STUDENT_SUPPORT, StudentSupportProjection).buckets:
        shown = (("student_count", f"student_support.{bucket.id}.count"),)
        yield Row((bucket.id, bucket.count, bucket.percentage), shown)


def support_list(snapshot: Snapshot) -> Iterator[Row]:
    found = _projection(snapshot, Capability.STUDENT_SUPPORT, StudentSupportProjection)
    rows = (row for bucket in found.buckets for row in bucket.learners)
    for row in sorted(rows, key=lambda row: row.learner_id):
        why = definitions.fill(definitions.WHY[row.why.code], row.why.numbers)
        numbers = (row.progress_pct, row.proficiency_pct)
        yield Row((row.external_id, row.name, *numbers, row.bucket, row.inactive, row.last_activity, why))


def objectives(snapshot: Snapshot) -> Iterator[Row]:
    found = _projection(snapshot, Capability.CHALLENGING_OBJECTIVES, ChallengingObjectivesProjection)
    titles = {item.key: item.title for item in found.objectives}
    for item in found.objectives:
        if item.is_challenging:
            parent = titles.get(item.parent_key or "")
            names = (parent, item.title) if parent else (item.title, "")
            shown = (("proficiency_pct", f"challenging_objectives.{item.key}.proficiency_pct"),)
            # The letters keep a spreadsheet from reading `1.10` as a number.
            yield Row((f"LO {item.numbering}", *names, item.proficiency_pct, item.n), shown)


def distribution(snapshot: Snapshot) -> Iterator[Row]:
    for card in _projection(snapshot, Capability.ASSESSMENTS, AssessmentsProjection).cards:
        for each in card.bins:
            if each.count:
                # Not `10-20`, which a spreadsheet reads as a date.
                yield Row((card.title, f"{each.low} to {each.high}", each.count))


def assessments(snapshot: Snapshot) -> Iterator[Row]:
    for card in _projection(snapshot, Capability.ASSESSMENTS, AssessmentsProjection).cards:
        counts = (card.completed, card.class_size - card.completed, card.late)
        scores = (card.minimum, card.median, card.mean, card.maximum, card.std_dev)
        yield Row((card.title, card.available_from, card.due_at, *counts, *scores), _facts_of(card))


def _facts_of(card: AssessmentCard) -> tuple[tuple[str, str], ...]:
    names = ("completed", "min", "median", "mean", "max", "std_dev")
    return tuple((name, f"assessments.{card.key}.{name}") for name in names)


def ai_context(snapshot: Snapshot) -> Mapping[str, bytes]:
    """The same numbers as words and as data."""
    found = _projection(snapshot, Capability.AI_CONTEXT, AiContextProjection)
    return {"ai_context.md": found.markdown.encode(), "ai_context.json": as_json(found.document)}


def _projection[P: Projection](snapshot: Snapshot, capability: Capability, kind: type[P]) -> P:
    found = snapshot.projections[capability]
    if not isinstance(found, kind):
        raise TypeError(f"expected {kind.__name__} for {capability.value}, got {type(found).__name__}")
    return found

"""The table of datasets: which file, which projection, which columns, which words (FR-009). Pure.

Rows stand in the order of the projection (curriculum order, learners by id), so equal snapshots give equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from snapshot.contract import (
    AssessmentsProjection,
    Capability,
    ChallengingObjectivesProjection,
    ProgressProjection,
    Snapshot,
    StudentSupportProjection,
    SummaryProjection,
)
from snapshot.export.cells import Cell
from snapshot.projections import definitions

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is the Data Package type; `words` is the data dictionary's entry."""

    name: str
    kind: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    id: str
    needs: Capability | None
    columns: tuple[Column, ...]
    rows: Callable[[Snapshot], Iterator[Row]]
    has_names: bool = False
    """Holds personal data: who exports it is written down."""
    version: int = 1

    @property
    def file(self) -> str:
        return f"{self.id}.csv"


def _percent(name: str, words: str) -> Column:
    return Column(name, "number", f"Percent 0–100, one decimal. {words}".strip())


def _fact(name: str, fact: str) -> Column:
    return _percent(name, definitions.FACTS[fact])


def _metadata(snapshot: Snapshot) -> Iterator[Row]:
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
    yield from values.items()
    yield from ((f"definition.{name}", words) for name, words in definitions.FACTS.items())


def _summary(snapshot: Snapshot) -> Iterator[Row]:
    found = snapshot.projections[Capability.SUMMARY]
    assert isinstance(found, SummaryProjection)
    yield "class_size", found.class_size, "learners", found.class_size
    for card in found.cards:
        if card.value is not None:  # placeholders never reach a file
            yield card.fact.removeprefix("summary."), card.value, "percent", card.n


def _progress(snapshot: Snapshot) -> Iterator[Row]:
    found = snapshot.projections[Capability.PROGRESS]
    assert isinstance(found, ProgressProjection)
    for bar in found.bars:
        yield bar.title, bar.completed, found.class_size, bar.completed_pct


def _support(snapshot: Snapshot) -> StudentSupportProjection:
    found = snapshot.projections[Capability.STUDENT_SUPPORT]
    assert isinstance(found, StudentSupportProjection)
    return found


def _support_summary(snapshot: Snapshot) -> Iterator[Row]:
    for bucket in _support(snapshot).buckets:
        yield bucket.id, bucket.count, bucket.percentage


def _support_list(snapshot: Snapshot) -> Iterator[Row]:
    rows = (row for bucket in _support(snapshot).buckets for row in bucket.learners)
    for row in sorted(rows, key=lambda row: row.learner_id):
        why = definitions.fill(definitions.WHY[row.why.code], row.why.numbers)
        yield (
            row.external_id,
            row.name,
            row.progress_pct,
            row.proficiency_pct,
            row.bucket,
            row.inactive,
            row.last_activity,
            why,
        )


def _objectives(snapshot: Snapshot) -> Iterator[Row]:
    found = snapshot.projections[Capability.CHALLENGING_OBJECTIVES]
    assert isinstance(found, ChallengingObjectivesProjection)
    titles = {item.key: item.title for item in found.objectives}
    for item in found.objectives:
        if item.is_challenging:
            parent = titles.get(item.parent_key or "")
            names = (parent, item.title) if parent else (item.title, "")
            yield item.numbering, *names, item.proficiency_pct, item.n


def _cards(snapshot: Snapshot) -> AssessmentsProjection:
    found = snapshot.projections[Capability.ASSESSMENTS]
    assert isinstance(found, AssessmentsProjection)
    return found


def _distribution(snapshot: Snapshot) -> Iterator[Row]:
    for card in _cards(snapshot).cards:
        for each in card.bins:
            if each.count:
                yield card.title, f"{each.low} to {each.high}", each.count


def _assessments(snapshot: Snapshot) -> Iterator[Row]:
    for card in _cards(snapshot).cards:
        yield (
            card.title,
            card.available_from,
            card.due_at,
            card.completed,
            card.class_size - card.completed,
            card.late,
            card.minimum,
            card.median,
            card.mean,
            card.maximum,
            card.std_dev,
        )


DATASETS: tuple[Dataset, ...] = (
    Dataset(
        "dashboard_metadata",
        None,
        (Column("field", "string", "What is said."), Column("value", "string", "Its value.")),
        _metadata,
    ),
    Dataset(
        "course_summary_metrics",
        Capability.SUMMARY,
        (
            Column("metric", "string", "Name of the number; definitions are in dashboard_metadata.csv."),
            Column("value", "number", "The number."),
            Column("unit", "string", "percent or learners"),
            Column("n", "integer", "How many learners, objectives or assessments the mean was taken over."),
        ),
        _summary,
    ),
    Dataset(
        "student_progress",
        Capability.PROGRESS,
        (
            Column("content_item", "string", "Title of the unit, module or page."),
            Column("students_completed", "integer", definitions.FACTS["progress.completed"]),
            Column("class_size", "integer", definitions.FACTS["summary.class_size"]),
            _percent("completion_pct", "students_completed ÷ class_size."),
        ),
        _progress,
    ),
    Dataset(
        "student_support_summary",
        Capability.STUDENT_SUPPORT,
        (
            Column("category", "string", "struggling, on_track, excelling, not_enough_information"),
            Column("student_count", "integer", definitions.FACTS["student_support.count"]),
            _percent("percentage", "Of the class."),
        ),
        _support_summary,
    ),
    Dataset(
        "student_support_list",
        Capability.STUDENT_SUPPORT,
        (
            Column("student_id", "string", "External id of the learner."),
            Column("student_name", "string", "Name of the learner."),
            _percent("progress_pct", "Share of the pages in scope."),
            _percent("proficiency_pct", "From first attempts; empty = not enough evidence."),
            Column("support_category", "string", definitions.FACTS["student_support.count"]),
            Column("inactive", "boolean", definitions.FACTS["student_support.inactive.count"]),
            Column("last_activity", "datetime", "Time of the last learning event; empty = never."),
            Column("reason", "string", "The rule that put the learner into the category, with its numbers."),
        ),
        _support_list,
        has_names=True,
    ),
    Dataset(
        "challenging_learning_objectives",
        Capability.CHALLENGING_OBJECTIVES,
        (
            Column("label", "string", "Number in curriculum order."),
            Column("objective", "string", "Title of the objective, or of the one above it."),
            Column("sub_objective", "string", "Title of the sub-objective, if it is one."),
            _fact("proficiency_pct", "challenging_objectives.proficiency_pct"),
            Column("evidence_n", "integer", "Learners with enough evidence."),
        ),
        _objectives,
    ),
    Dataset(
        "assessment_scores_distribution",
        Capability.ASSESSMENTS,
        (
            Column("assessment_name", "string", "Title of the graded page."),
            Column("score_range", "string", "Percent; the lower bound belongs to the range."),
            Column("student_count", "integer", "Learners with a score in the range; empty ranges are left out."),
        ),
        _distribution,
    ),
    Dataset(
        "assessment_summary",
        Capability.ASSESSMENTS,
        (
            Column("name", "string", "Title of the graded page."),
            Column("available_from", "datetime"),
            Column("due_date", "datetime"),
            Column("completed", "integer", definitions.FACTS["assessments.completed"]),
            Column("not_completed", "integer", "Learners without a score."),
            Column("late", "integer", "Learners who submitted after the due date."),
            _fact("min", "assessments.min"),
            _fact("median", "assessments.median"),
            _fact("mean", "assessments.mean"),
            _fact("max", "assessments.max"),
            _fact("std_dev", "assessments.std_dev"),
        ),
        _assessments,
    ),
)
"""In the order of the files in the ZIP's manifest."""

PROFILES: Mapping[str, tuple[str, ...]] = {"dashboard": tuple(dataset.id for dataset in DATASETS)}


def datasets_for(profile: str = "dashboard") -> tuple[Dataset, ...]:
    """The datasets of an export profile; KeyError for an unknown one."""
    wanted = PROFILES[profile]
    return tuple(dataset for dataset in DATASETS if dataset.id in wanted)

"""The table of datasets: which projection it needs, which columns, which words (FR-009). Pure.

To add one: write its rows in `tables.py`, add its row here.
"""

from __future__ import annotations

from snapshot.contract import Capability
from snapshot.export import tables
from snapshot.export.contract import DASHBOARD, Column, Dataset, Documents, Table
from snapshot.projections import definitions


def _percent(name: str, words: str) -> Column:
    return Column(name, "number", f"Percent 0–100, one decimal. {words}".strip())


def _fact(name: str, fact: str) -> Column:
    return _percent(name, definitions.FACTS[fact])


DATASETS: tuple[Dataset, ...] = (
    Dataset(
        "dashboard_metadata",
        None,
        Table((Column("field", "string", "What is said."), Column("value", "string", "Its value.")), tables.metadata),
    ),
    Dataset(
        "dashboard_facts",
        None,
        Table(
            (
                Column(
                    "fact", "string", "Id of a number of the page; manifest.json and `snapshot --format json` use it."
                ),
                Column("capability", "string", "The tile that shows it."),
                Column("value", "number", "Percent 0–100 with one decimal, or a count; empty = unknown."),
            ),
            tables.facts,
        ),
    ),
    Dataset(
        "course_summary_metrics",
        Capability.SUMMARY,
        Table(
            (
                Column("metric", "string", "Name of the number; definitions are in dashboard_metadata.csv."),
                Column("value", "number", "The number."),
                Column("unit", "string", "percent or learners"),
                Column("n", "integer", "How many learners, objectives or assessments the mean was taken over."),
            ),
            tables.summary,
        ),
    ),
    Dataset(
        "student_progress",
        Capability.PROGRESS,
        Table(
            (
                Column("content_item", "string", "Title of the unit, module or page."),
                Column("students_completed", "integer", definitions.FACTS["progress.completed"]),
                Column("class_size", "integer", definitions.FACTS["summary.class_size"]),
                _percent("completion_pct", "students_completed ÷ class_size."),
            ),
            tables.progress,
        ),
    ),
    Dataset(
        "student_support_summary",
        Capability.STUDENT_SUPPORT,
        Table(
            (
                Column("category", "string", "struggling, on_track, excelling, not_enough_information"),
                Column("student_count", "integer", definitions.FACTS["student_support.count"]),
                _percent("percentage", "Of the class."),
            ),
            tables.support_summary,
        ),
    ),
    Dataset(
        "student_support_list",
        Capability.STUDENT_SUPPORT,
        Table(
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
            tables.support_list,
        ),
        profiles=frozenset({DASHBOARD}),
        has_names=True,
    ),
    Dataset(
        "challenging_learning_objectives",
        Capability.CHALLENGING_OBJECTIVES,
        Table(
            (
                Column("label", "string", "Number in curriculum order."),
                Column("objective", "string", "Title of the objective, or of the one above it."),
                Column("sub_objective", "string", "Title of the sub-objective, if it is one."),
                _fact("proficiency_pct", "challenging_objectives.proficiency_pct"),
                Column("evidence_n", "integer", "Learners with enough evidence."),
            ),
            tables.objectives,
        ),
    ),
    Dataset(
        "assessment_scores_distribution",
        Capability.ASSESSMENTS,
        Table(
            (
                Column("assessment_name", "string", "Title of the graded page."),
                Column("score_range", "string", "Percent; the lower bound belongs to the range."),
                Column("student_count", "integer", "Learners with a score in the range; empty ranges are left out."),
            ),
            tables.distribution,
        ),
    ),
    Dataset(
        "assessment_summary",
        Capability.ASSESSMENTS,
        Table(
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
            tables.assessments,
        ),
    ),
    Dataset("ai_context", Capability.AI_CONTEXT, Documents(tables.ai_context), is_expendable=True),
)
"""In the order of the manifest. A fact that stands in several files has its place in the last of them: the tiles' own
tables come after `dashboard_facts`, which has every fact."""


def datasets_for(profile: str = DASHBOARD) -> tuple[Dataset, ...]:
    """The datasets of an export profile.

    Raises:
        KeyError: no dataset has this profile.
    """
    found = tuple(dataset for dataset in DATASETS if profile in dataset.profiles)
    if not found:
        raise KeyError(profile)
    return found


def tables_of(capability: Capability) -> tuple[Dataset, ...]:
    """The tables that hold the numbers of one tile."""
    return tuple(each for each in DATASETS if each.needs is capability and isinstance(each.content, Table))

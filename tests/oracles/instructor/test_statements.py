"""Every written statement names tenant and section for each table it reads, and binds every value."""

from __future__ import annotations

import re

import pytest

from oracles.instructor import (
    assessments,
    hand_ins,
    learner_progress,
    objectives,
    pace,
    progress,
    progress_proficiency,
    scope_resources,
    trend,
)

STATEMENTS = {
    "scope_resources.OBJECTIVES": scope_resources.OBJECTIVES,
    "progress.COUNTS": progress.COUNTS,
    "progress_proficiency.PAGE_COUNT": progress_proficiency.PAGE_COUNT,
    "progress_proficiency.STANDINGS": progress_proficiency.STANDINGS,
    "objectives.OUTLINE": objectives.OUTLINE,
    "objectives.EVIDENCE": objectives.EVIDENCE,
    "assessments.SCORES": assessments.SCORES,
    "learner_progress.EACH": learner_progress.EACH,
    "hand_ins.OUTCOMES": hand_ins.OUTCOMES,
    "trend.PAGE_COUNT": trend.PAGE_COUNT,
    "trend.WORK": trend.WORK,
    "trend.SCORES": trend.SCORES,
    "pace.STEPS": pace.STEPS,
}
WITHOUT_SECTION = {"courses_learner", "courses_activityobjective"}
"""Tables whose rows belong to a tenant and to no section."""


def conditions(statement: str, column: str, parameter: str) -> list[str]:
    return re.findall(rf"(\w+)\.{column} = %\({parameter}\)s", statement)


@pytest.mark.proves("T2")
@pytest.mark.parametrize("name", STATEMENTS)
def test_each_table_is_read_for_one_tenant_and_one_section(name: str) -> None:
    tables = re.findall(r"(courses_\w+) (\w+)", STATEMENTS[name])

    assert tables
    assert sorted(conditions(STATEMENTS[name], "institution_id", "tenant")) == sorted(alias for _, alias in tables)
    assert sorted(conditions(STATEMENTS[name], "section_id", "section")) == sorted(
        alias for table, alias in tables if table not in WITHOUT_SECTION
    )

"""The tables of the ZIP have frozen headers, and their numbers are those of the snapshot and of the page."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from snapshot.export.csv_zip import build_zip
from snapshot.export.datasets import DATASETS
from tests.snapshot.classroom import MIXED, NAMES, Classroom
from tests.snapshot.export.zips import WHOLE, contents, snapshot_of, table

HEADERS = {
    "dashboard_metadata": "field,value",
    "dashboard_facts": "fact,capability,value",
    "course_summary_metrics": "metric,value,unit,n",
    "student_progress": "content_item,students_completed,class_size,completion_pct",
    "student_support_summary": "category,student_count,percentage",
    "student_support_list": "student_id,student_name,progress_pct,proficiency_pct,support_category,inactive,"
    "last_activity,reason",
    "challenging_learning_objectives": "label,objective,sub_objective,proficiency_pct,evidence_n",
    "assessment_scores_distribution": "assessment_name,score_range,student_count",
    "assessment_summary": "name,available_from,due_date,completed,not_completed,late,min,median,mean,max,std_dev",
}


@pytest.mark.proves("FR-006", "FR-009", "E1")
def test_every_dataset_has_its_frozen_header() -> None:
    files = contents(build_zip(snapshot_of(), WHOLE)[0])

    headers = {name[:-4]: text.split(b"\r\n")[0].decode() for name, text in files.items() if name.endswith(".csv")}

    assert headers == HEADERS
    assert {dataset.id for dataset in DATASETS} == {*HEADERS, "ai_context"}
    assert files.keys() - {f"{name}.csv" for name in HEADERS} == {
        "README.txt", "ai_context.json", "ai_context.md", "datapackage.json", "manifest.json",
    }  # fmt: skip


@pytest.mark.proves("AC-002", "FR-012", "NFR-COR-001")
def test_the_numbers_in_the_files_are_the_facts_of_the_snapshot() -> None:
    snapshot = snapshot_of()

    content, manifest = build_zip(snapshot, WHOLE)

    cells = {f: table(content, p.file)[p.row - 1][p.column] for f, p in manifest.parity.items()}
    numbers = {fact: float(cell) if cell else None for fact, cell in cells.items()}
    assert numbers == {fact: snapshot.facts[fact] for fact in cells}
    assert {fact.split(".")[0] for fact in cells} == {
        "summary", "progress", "student_support", "challenging_objectives", "assessments",
    }  # fmt: skip
    assert manifest.facts == snapshot.facts


@pytest.mark.proves("P3", "AC-002")
@pytest.mark.parametrize("unit", [None, "unit-1", "unit-3"])
def test_every_number_of_the_page_has_a_place_in_the_files(unit: str | None) -> None:
    snapshot = snapshot_of(Classroom(MIXED, (70.0,), unit=unit))

    content, manifest = build_zip(snapshot, WHOLE)

    rows = table(content, "dashboard_facts.csv")
    assert {row["fact"]: float(row["value"]) if row["value"] else None for row in rows} == dict(snapshot.facts)
    assert all(row["fact"].startswith(f"{row['capability']}.") for row in rows)
    assert manifest.parity.keys() == snapshot.facts.keys()


def test_a_number_that_a_tile_s_table_shows_has_its_place_there() -> None:
    _, manifest = build_zip(snapshot_of(), WHOLE)

    assert manifest.parity["progress.unit-1.completed"].file == "student_progress.csv"
    assert manifest.parity["progress.unit-1.average_pct"].file == "dashboard_facts.csv"


def test_the_rows_say_what_the_golden_class_did() -> None:
    content, _ = build_zip(snapshot_of(), WHOLE)

    assert table(content, "student_progress.csv")[0] == {
        "content_item": "Unit-1", "students_completed": "4", "class_size": "4", "completion_pct": "100.0",
    }  # fmt: skip
    assert [row["score_range"] for row in table(content, "assessment_scores_distribution.csv")] == [
        "0 to 10", "50 to 60", "90 to 100",
    ]  # fmt: skip
    assert [row["label"] for row in table(content, "challenging_learning_objectives.csv")] == ["LO 1", "LO 2"]
    learners = table(content, "student_support_list.csv")
    assert [row["student_name"] for row in learners] == list(NAMES)
    assert learners[0]["reason"] == "progress 85.7 % ≥ 80 and proficiency 100 % ≥ 80"
    assert {row["last_activity"] for row in learners} == {""}


def test_a_card_without_a_number_is_not_in_the_file() -> None:
    content, _ = build_zip(snapshot_of(Classroom()), WHOLE)

    assert [row["metric"] for row in table(content, "course_summary_metrics.csv")] == [
        "class_size", "average_progress_pct",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.proves("AC-003", "FR-007")
def test_an_export_asks_the_database_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    snapshot = snapshot_of()

    with django_assert_num_queries(0):
        build_zip(snapshot, WHOLE)

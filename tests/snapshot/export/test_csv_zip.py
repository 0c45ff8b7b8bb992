"""The ZIP: what is in it, what is not and why, the same bytes for the same snapshot, and the page's numbers."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from frictionless import Package
from pytest_django import DjangoAssertNumQueries

from oracles import contract
from oracles.contract import Failed, FailureReason, OracleKey
from snapshot.assembler import assemble
from snapshot.contract import Metadata, Snapshot
from snapshot.export.contract import ANONYMOUS, ExportRequest, Inclusion, Manifest
from snapshot.export.csv_zip import build_zip
from snapshot.export.datasets import DATASETS, datasets_for
from snapshot.export.inclusion import ExportRefused
from snapshot.export.verification import NotAnExport, read_export
from tests.snapshot.classroom import ALL_WRONG, COURSE, MIXED, NAMES, Classroom, metadata

CLASS = Classroom({**MIXED, "Ben": ALL_WRONG, "Dan": ALL_WRONG}, (100.0, 50.0, 0.0))
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
WHOLE, PARTIAL = ExportRequest(), ExportRequest(is_partial=True)


def snapshot_of(classroom: Classroom = CLASS, about: Metadata | None = None) -> Snapshot:
    return assemble(about or metadata(), classroom.scope, "1", classroom.results(), "id")


def broken_snapshot(*keys: OracleKey, reason: FailureReason = FailureReason.TIMEOUT) -> Snapshot:
    failures = {key: Failed(COURSE, key, reason) for key in keys}
    return assemble(metadata(), COURSE, "1", {**CLASS.results(), **failures}, "id")


def contents(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def table(content: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(contents(content)[name].decode("utf-8-sig"), newline="")))


def statuses(manifest: Manifest) -> dict[str, tuple[str, str]]:
    return {entry.id: (entry.status.value, entry.reason) for entry in manifest.datasets}


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


def test_an_empty_dataset_is_omitted_and_the_export_is_whole() -> None:
    content, manifest = build_zip(snapshot_of(Classroom(unit="unit-3")), WHOLE)

    assert statuses(manifest)["challenging_learning_objectives"] == ("omitted_empty", "no_rows")
    assert "challenging_learning_objectives.csv" not in contents(content)
    assert manifest.is_whole


@pytest.mark.proves("AC-005", "FR-008", "E1")
def test_what_cannot_be_made_refuses_the_whole_with_every_reason() -> None:
    with pytest.raises(ExportRefused) as refused:
        build_zip(broken_snapshot(contract.PROGRESS, contract.OBJECTIVES), WHOLE)

    assert {(each.dataset.id, each.inclusion, each.reason) for each in refused.value.decisions} == {
        ("course_summary_metrics", Inclusion.TIMED_OUT, "oracle_timed_out"),
        ("student_progress", Inclusion.TIMED_OUT, "oracle_timed_out"),
        ("challenging_learning_objectives", Inclusion.TIMED_OUT, "oracle_timed_out"),
    }
    assert "reading its data took too long" in str(refused.value)


@pytest.mark.proves("AC-004", "FR-008", "E2")
@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (FailureReason.TIMEOUT, ("timed_out", "oracle_timed_out")),
        (FailureReason.ORACLE_ERROR, ("failed", "oracle_failed")),
        (FailureReason.DATABASE_UNAVAILABLE, ("failed", "database_unavailable")),
        (FailureReason.CANCELLED, ("unavailable", "missing_oracle_payload")),
    ],
)
def test_a_partial_export_lists_what_is_missing_and_why(reason: FailureReason, status: tuple[str, str]) -> None:
    content, manifest = build_zip(broken_snapshot(contract.PROGRESS, reason=reason), PARTIAL)

    assert statuses(manifest)["student_progress"] == status
    assert "student_progress.csv" not in contents(content)
    assert statuses(manifest)["student_support_list"] == ("included", "")
    assert not manifest.is_whole


def test_what_is_partial_goes_into_a_partial_export_and_says_so() -> None:
    _, manifest = build_zip(broken_snapshot(contract.OBJECTIVES), PARTIAL)

    summary = next(entry for entry in manifest.datasets if entry.id == "course_summary_metrics")
    assert (summary.status, summary.reason, summary.readiness) == ("included", "oracle_timed_out", "partial")


def test_an_export_of_nothing_is_refused_even_when_partial() -> None:
    with pytest.raises(ExportRefused):
        build_zip(broken_snapshot(*CLASS.results()), PARTIAL)


def test_whoever_may_not_see_names_gets_none() -> None:
    content, manifest = build_zip(snapshot_of(), ExportRequest(may_see_names=False))

    assert statuses(manifest)["student_support_list"] == ("not_permitted", "names_hidden")
    assert not manifest.is_whole
    assert not [name for name in NAMES if name.encode() in b"".join(contents(content).values())]


def test_the_anonymous_profile_names_nobody_and_is_whole() -> None:
    content, manifest = build_zip(snapshot_of(), ExportRequest(profile=ANONYMOUS))

    assert manifest.is_whole
    assert not [name for name in NAMES if name.encode() in b"".join(contents(content).values())]


def test_an_unknown_profile_has_no_datasets() -> None:
    with pytest.raises(KeyError):
        datasets_for("nobody")


@pytest.mark.django_db
@pytest.mark.proves("AC-003", "FR-007")
def test_an_export_asks_the_database_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    snapshot = snapshot_of()

    with django_assert_num_queries(0):
        build_zip(snapshot, WHOLE)


def test_the_same_snapshot_gives_the_same_bytes() -> None:
    assert build_zip(snapshot_of(), WHOLE) == build_zip(snapshot_of(), WHOLE)


def test_entries_are_sorted_dated_1980_and_readable_by_all() -> None:
    with ZipFile(BytesIO(build_zip(snapshot_of(), WHOLE)[0])) as archive:
        entries = archive.infolist()

    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


@pytest.mark.proves("E5")
def test_lines_end_as_the_rfc_says_and_the_bom_is_a_choice() -> None:
    plain = contents(build_zip(snapshot_of(), WHOLE)[0])["student_progress.csv"]
    marked = contents(build_zip(snapshot_of(), ExportRequest(bom=True))[0])["student_progress.csv"]

    assert plain.count(b"\r\n") == plain.count(b"\n") == 4
    assert marked == b"\xef\xbb\xbf" + plain


FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", 'O\'Neill, "Ann"', "a\r\nb")
SLUG = msgspec.structs.replace(metadata(), section="Algebra_2")


@pytest.mark.proves("UX-17")
@pytest.mark.parametrize("request_", [WHOLE, ExportRequest(bom=True), ExportRequest(is_raw=True), PARTIAL])
@pytest.mark.parametrize(
    "snapshot",
    [
        snapshot_of(),
        snapshot_of(about=SLUG),
        snapshot_of(Classroom()),
        snapshot_of(Classroom(names=())),
        snapshot_of(Classroom(MIXED, unit="unit-1")),
        snapshot_of(Classroom(scores=(70.0,), unit="unit-3")),
        snapshot_of(Classroom(names=FORMULAS)),
    ],
    ids=["golden", "slug", "idle", "empty", "unit", "quiz", "formulas"],
)
def test_every_package_describes_its_files(snapshot: Snapshot, request_: ExportRequest, tmp_path: Path) -> None:
    files = contents(build_zip(snapshot, request_)[0])
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    report = Package(str(tmp_path / "datapackage.json")).validate()

    described = {each["path"] for each in json.loads(files["datapackage.json"])["resources"]}
    assert report.valid, report.flatten(["type", "message"])
    assert described == {name for name in files if name.endswith(".csv")}


def test_a_learner_named_as_a_formula_is_guarded_and_counted() -> None:
    names = ("=1+1", "Ben")
    content, manifest = build_zip(snapshot_of(Classroom(names=names)), WHOLE)

    entry = next(file for file in manifest.files if file.name == "student_support_list.csv")

    assert entry.guarded_cells == 1
    assert table(content, "student_support_list.csv")[0]["student_name"] == "'=1+1"


def test_the_manifest_in_the_zip_is_the_one_returned() -> None:
    content, manifest = build_zip(snapshot_of(), WHOLE)

    assert msgspec.json.decode(contents(content)["manifest.json"], type=Manifest) == manifest
    assert json.loads(contents(content)["manifest.json"])["semantics"]["support"]["inactivity_days"] == 7


def rewritten(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    files = contents(content)
    assert old in files[name]
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for each, text in files.items():
            archive.writestr(each, text.replace(old, new, 1) if each == name else text)
    return buffer.getvalue()


@pytest.mark.proves("UX-16", "UX-a")
def test_an_untouched_export_holds_together() -> None:
    content, manifest = build_zip(snapshot_of(), ExportRequest(bom=True))

    export = read_export(content)

    assert list(export.problems()) == []
    assert export.manifest == manifest


@pytest.mark.proves("UX-16", "UX-a")
@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("student_progress.csv", b",4,4,", b",3,4,", "student_progress.csv has another checksum"),
        ("student_progress.csv", b",4,4,", b",3,4,", "progress.unit-1.completed is 3 in student_progress.csv"),
        ("manifest.json", b'"progress.unit-1.completed": 4', b'"progress.unit-1.completed": 3', "the facts"),
        ("manifest.json", b'"name": "README.txt"', b'"name": "README.md"', "README.txt is not in the manifest"),
    ],
)  # fmt: skip
def test_a_changed_export_is_found_out(name: str, old: bytes, new: bytes, problem: str) -> None:
    content, _ = build_zip(snapshot_of(), WHOLE)

    problems = list(read_export(rewritten(content, name, old, new)).problems())

    assert any(each.startswith(problem) for each in problems)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"text"])
def test_what_is_no_zip_is_no_export(content: bytes) -> None:
    with pytest.raises(NotAnExport, match="no readable ZIP"):
        read_export(content)


def test_a_zip_without_a_manifest_is_no_export() -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "a")

    with pytest.raises(NotAnExport, match=r"no manifest\.json"):
        read_export(buffer.getvalue())

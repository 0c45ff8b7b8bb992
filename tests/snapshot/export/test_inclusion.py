"""What is in the ZIP and what is not, and for which reason."""

from __future__ import annotations

import pytest

from oracles import contract
from oracles.contract import FailureReason
from snapshot.export.contract import ANONYMOUS, ExportRequest, Inclusion
from snapshot.export.csv_zip import build_zip
from snapshot.export.datasets import datasets_for
from snapshot.export.inclusion import ExportRefused
from tests.snapshot.classroom import NAMES, Classroom
from tests.snapshot.export.zips import CLASS, PARTIAL, WHOLE, broken_snapshot, contents, snapshot_of, statuses


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

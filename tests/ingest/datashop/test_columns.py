"""A header says which kind of export it is and where everything stands."""

from __future__ import annotations

import pytest

from ingest.adapters.datashop.columns import Kind, UnreadableHeader, read_header
from tests.ingest.datashop.exports import STEP_HEADER, TRANSACTION_HEADER

PLAIN = ["Anon Student Id", "Time", "Level (Unit)", "Problem Name", "Step Name", "Outcome"]


def test_a_transaction_export_is_told_by_its_outcomes() -> None:
    columns = read_header(TRANSACTION_HEADER)

    assert columns.kind is Kind.TRANSACTION
    assert columns.names[columns.time] == "Time"
    assert columns.names[columns.outcome] == "Outcome"
    assert columns.names[columns.time_zone] == "Time Zone"


def test_a_student_step_export_is_told_by_its_first_attempts() -> None:
    columns = read_header(STEP_HEADER)

    assert columns.kind is Kind.STUDENT_STEP
    assert columns.names[columns.time] == "First Transaction Time"
    assert columns.names[columns.outcome] == "First Attempt"
    assert columns.time_zone == -1


def test_columns_of_one_name_are_told_apart_by_their_place() -> None:
    columns = read_header(TRANSACTION_HEADER)

    places = [index for index, name in enumerate(TRANSACTION_HEADER) if name.startswith("Level")]
    assert columns.levels == tuple(zip(places, ["Container", "Container", "Container", "Page"], strict=True))
    assert columns.has_page_level
    assert [TRANSACTION_HEADER[index] for index in columns.skills] == ["KC (Default)", "KC (Default)"]


def test_a_hierarchy_has_no_page_level() -> None:
    columns = read_header(STEP_HEADER)

    assert columns.levels == ()
    assert not columns.has_page_level
    assert columns.names[columns.hierarchy] == "Problem Hierarchy"


def test_another_model_is_taken_when_asked_for() -> None:
    columns = read_header(TRANSACTION_HEADER, "Single-KC")

    assert [TRANSACTION_HEADER[index] for index in columns.skills] == ["KC (Single-KC)"]


def test_without_a_default_model_the_first_one_is_taken_and_without_any_there_are_no_skills() -> None:
    models = read_header([*PLAIN, "KC (Second (v2))", "KC (Third)", "KC Category (Second (v2))"])

    assert models.skills == (len(PLAIN),)
    assert read_header(PLAIN).skills == ()


@pytest.mark.parametrize(
    ("names", "model", "reason"),
    [
        ([], None, "expected a DataShop export with an `Outcome` or a `First Attempt` column"),
        (["id_student", "score"], None, "found neither"),
        ([name for name in PLAIN if name != "Time"], None, "missing column: Time"),
        ([name for name in PLAIN if name != "Anon Student Id"], None, "missing column: Anon Student Id"),
        ([name for name in PLAIN if name != "Step Name"], None, "missing column: Step Name"),
        ([name for name in PLAIN if name != "Level (Unit)"], None, "missing column: Level .* or Problem Hierarchy"),
        (PLAIN, "Mine", "expected KC model 'Mine', the file has none"),
        (TRANSACTION_HEADER, "Mine", "the file has Default, Single-KC"),
    ],
)
def test_a_header_that_lacks_something_is_refused_by_its_name(names: list[str], model: str | None, reason: str) -> None:
    with pytest.raises(UnreadableHeader, match=reason):
        read_header(names, model)

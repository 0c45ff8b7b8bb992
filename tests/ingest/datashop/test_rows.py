"""What one row of an export says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.adapters.datashop.columns import read_header
from ingest.adapters.datashop.rows import Step, UnreadableRow, read_row
from tests.ingest.datashop.exports import STEP_HEADER

TRANSACTION = {
    "Transaction Id": "t1",
    "Anon Student Id": "Stu_1",
    "Time": "2024-02-16 05:34:51",
    "Time Zone": "",
    "Level (Container) 1": "Unit 1",
    "Level (Container) 2": "Module 1",
    "Level (Page)": "Page 1",
    "Problem Name": "q1",
    "Step Name": "part 1",
    "Outcome": "CORRECT",
    "KC (Default) 1": "adding",
    "KC (Default) 2": "",
}
STEP = dict.fromkeys(STEP_HEADER, "") | {
    "Anon Student Id": "Stu_1",
    "Problem Hierarchy": "Unit u2, Section nc",
    "Problem Name": "q1",
    "Step Name": "part 1",
    "First Transaction Time": "10/14/05 14:51",
    "Step Start Time": "10/14/05 14:50",
    "First Attempt": "correct",
    "Corrects": "1",
    "Incorrects": "0",
    "Hints": "0",
}


def transaction(**changed: str) -> Step:
    cells = TRANSACTION | changed
    return read_row(read_header([name.rstrip(" 12") for name in cells]), list(cells.values()))


def student_step(**changed: str) -> Step:
    cells = STEP | changed
    return read_row(read_header(list(cells)), list(cells.values()))


def test_the_levels_are_the_way_to_the_page() -> None:
    step = transaction()

    assert step.place.path == ("Unit 1", "Module 1", "Page 1")
    assert step.place.levels == (("container", "Unit 1"), ("container", "Module 1"))
    assert (step.problem, step.step, step.learner, step.identity) == ("q1", "part 1", "Stu_1", "t1")


def test_an_empty_outer_level_is_skipped_and_the_inner_ones_stay() -> None:
    step = transaction(**{"Level (Container) 1": "", "Level (Container) 2": "Unit 1"})

    assert step.place.path == ("Unit 1", "Page 1")


def test_without_a_page_the_problem_is_the_page() -> None:
    assert transaction(**{"Level (Page)": " "}).place.path == ("Unit 1", "Module 1", "q1")
    assert student_step().place.path == ("Unit u2", "Section nc", "q1")


def test_the_parts_of_a_hierarchy_say_their_kinds() -> None:
    assert student_step().place.levels == (("unit", "Unit u2"), ("section", "Section nc"))


@pytest.mark.parametrize(
    ("outcome", "success", "attempts", "correct"),
    [
        ("CORRECT", True, 1, 1),
        ("Correct", True, 1, 1),
        ("OK", True, 1, 1),
        ("INCORRECT", False, 1, 0),
        ("HINT", False, 1, 0),
        ("BUG", False, 1, 0),
        ("", None, 0, 0),
        (".", None, 0, 0),
    ],
)
def test_an_outcome_is_correct_or_not_or_no_attempt(
    outcome: str, success: bool | None, attempts: int, correct: int
) -> None:
    step = transaction(Outcome=outcome)

    assert (step.success, step.attempts, step.correct) == (success, attempts, correct)
    assert step.unknown_outcome == ""


def test_an_outcome_that_nobody_knows_is_no_attempt_and_is_told() -> None:
    step = transaction(Outcome="Promoted to next")

    assert (step.success, step.attempts, step.unknown_outcome) == (None, 0, "Promoted to next")


@pytest.mark.parametrize(
    ("first", "counts", "told"),
    [
        ("correct", ("1", "0", "0"), (True, 1, 1, 0)),
        ("incorrect", ("1", "2", "1"), (False, 4, 1, 1)),
        ("hint", ("1", "0", "3"), (False, 4, 1, 3)),
        ("", ("0", "0", "0"), (False, 1, 0, 0)),
        ("incorrect", ("", ".", "2.0"), (False, 2, 0, 2)),
    ],
)
def test_a_student_step_stands_for_all_its_attempts(
    first: str, counts: tuple[str, str, str], told: tuple[bool, int, int, int]
) -> None:
    corrects, incorrects, hints = counts

    step = student_step(**{"First Attempt": first, "Corrects": corrects, "Incorrects": incorrects, "Hints": hints})

    assert (step.success, step.attempts, step.correct, step.hints) == told


def test_a_student_step_without_a_first_transaction_began_when_it_was_opened() -> None:
    assert student_step(**{"First Transaction Time": "."}).at == datetime(2005, 10, 14, 14, 50, tzinfo=UTC)


def test_skills_come_from_every_cell_of_the_model_each_once() -> None:
    step = transaction(**{"KC (Default) 1": "adding~~carrying~~ ", "KC (Default) 2": "adding~~."})

    assert step.skills == ("adding", "carrying")


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"Anon Student Id": " "}, "Anon Student Id", "expected a value, got nothing"),
        ({"Anon Student Id": "x" * 201}, "Anon Student Id", "expected at most 200 characters, got 201"),
        ({"Problem Name": "", "Level (Page)": ""}, "Problem Name", "expected a value, got nothing"),
        ({"Time": "noon"}, "Time", "got 'noon'"),
        ({"Time Zone": "Mars"}, "Time", "got 'Mars'"),
        ({"Step Name": "a\0b"}, "Step Name", "holds a NUL"),
    ],
)
def test_a_row_that_cannot_be_used_says_which_column_and_why(changed: dict[str, str], column: str, reason: str) -> None:
    with pytest.raises(UnreadableRow, match=reason) as refused:
        transaction(**changed)

    assert refused.value.column == column


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"Corrects": "many"}, "Corrects", "expected a count, got 'many'"),
        ({"Hints": "inf"}, "Hints", "expected a count, got 'inf'"),
        ({"Problem Hierarchy": "u," * 21}, "", "expected at most 20 levels, got 21"),
    ],
)
def test_so_does_a_student_step(changed: dict[str, str], column: str, reason: str) -> None:
    with pytest.raises(UnreadableRow, match=reason) as refused:
        student_step(**changed)

    assert refused.value.column == column


def test_a_row_of_another_length_is_refused() -> None:
    columns = read_header(STEP_HEADER)

    with pytest.raises(UnreadableRow, match=f"expected {len(STEP_HEADER)} fields, got 2"):
        read_row(columns, ["a", "b"])

"""The code of a rule: which list of what the targets came from, whatever dots the keys of a course hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from experiences.decision_console.rules import Rule, parse

KEYS = some.text("abc-_.1", min_size=1, max_size=12)


@pytest.mark.proves("K-01")
@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("chosen", Rule("chosen")),
        ("outstanding:quiz-1", Rule("outstanding", "quiz-1")),
        ("student_support.struggling", Rule("student_support", part="struggling")),
        ("student_support:struggling", Rule("student_support", part="struggling")),
        ("assessments.quiz-1.missing", Rule("assessments", "quiz-1", "missing")),
        ("progress.unit-2.todo", Rule("progress", "unit-2", "todo")),
        ("what somebody wrote", Rule("what somebody wrote")),
        ("", Rule("")),
        ("assessments.", Rule("assessments.")),
    ],
)
def test_a_code_is_taken_apart(code: str, rule: Rule) -> None:
    assert parse(code) == rule


@pytest.mark.proves("K-01")
@given(KEYS)
def test_a_key_may_hold_dots(key: str) -> None:
    assert parse(f"outstanding:{key}") == Rule("outstanding", key)
    assert parse(f"assessments.{key}.missing") == Rule("assessments", key, "missing")
    assert parse(f"progress.{key}.done") == Rule("progress", key, "done")


def test_only_lists_of_an_item_are_about_a_page() -> None:
    codes = ("assessments.q.late", "outstanding:q", "progress.q.todo", "student_support.q", "chosen")

    assert [parse(code).page for code in codes] == ["q", "q", "", "", ""]

"""One table of thresholds, for all scores of all experiences."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiences.calculators.levels import THRESHOLDS, Grade, Level, band_of, grade_of, level_of
from tests.architecture.sources import python_files, shown


@pytest.mark.proves("C-03")
@pytest.mark.parametrize(
    ("score", "level", "grade"),
    [
        (100, Level.URGENT, Grade.EXCELLENT),
        (80, Level.URGENT, Grade.EXCELLENT),
        (79.99, Level.HIGH, Grade.GOOD),
        (60, Level.HIGH, Grade.GOOD),
        (59.99, Level.MEDIUM, Grade.FAIR),
        (40, Level.MEDIUM, Grade.FAIR),
        (39.99, Level.LOW, Grade.POOR),
        (0, Level.LOW, Grade.POOR),
    ],
)
def test_the_table_is_cut_at_80_60_and_40(score: float, level: Level, grade: Grade) -> None:
    assert (level_of(score), grade_of(score)) == (level, grade)


@pytest.mark.proves("C-03")
def test_without_a_score_there_is_no_word() -> None:
    assert (level_of(None), grade_of(None)) == (None, None)


@pytest.mark.parametrize("score", [-0.1, 100.1, math.nan, math.inf])
def test_what_is_no_score_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 100"):
        band_of(score)


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_higher_score_never_has_a_lower_band(one: float, other: float) -> None:
    low, high = sorted([one, other])

    assert THRESHOLDS.index(band_of(high)) <= THRESHOLDS.index(band_of(low))


@pytest.mark.proves("C-03")
def test_no_other_file_of_the_experiences_compares_with_80_60_and_40() -> None:
    found = [
        shown(path)
        for path in python_files("experiences")
        if path.name != "levels.py" and {80, 60, 40} <= _numbers(path)
    ]

    assert found == []


def _numbers(path: Path) -> set[float]:
    """Numbers that something is compared with, or that stand in a table: not lengths of columns."""
    tables = (ast.Compare, ast.Tuple, ast.List, ast.Set, ast.Dict)
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, tables)]
    found = (child for node in nodes for child in ast.iter_child_nodes(node) if isinstance(child, ast.Constant))
    return {child.value for child in found if isinstance(child.value, int | float)}

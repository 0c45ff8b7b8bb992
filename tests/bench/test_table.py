"""The table that people read, and what it calls missed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bench.contract import AtLeast, AtMost, RatioAtLeast, RatioAtMost, Row
from bench.results import document
from bench.statistics import Spread
from bench.table import number, table

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_budget_judges_the_slow_end_and_a_ratio_the_middle() -> None:
    row = Row("F5", "cold", "ms", Spread(20.0, 40.0, 9), AtMost(30.0), Spread(10.0, 99.0, 9), RatioAtMost(2.0))

    assert row.misses == ("budget",)
    assert row.ratio == 2.0


def test_a_ratio_may_be_given_something_extra() -> None:
    floor, measured = Spread(10.0, 10.0), Spread(28.0, 28.0)

    assert RatioAtMost(1.3, 15.0).holds(measured, floor)
    assert not RatioAtMost(1.3).holds(measured, floor)


@pytest.mark.proves("X2")
def test_a_throughput_has_to_reach_its_budget_and_its_part_of_the_floor() -> None:
    row = Row("F12", "import", "1/s", Spread(900, 800, 3), AtLeast(1_000), Spread(5_000, 5_000, 3), RatioAtLeast(0.2))

    assert row.misses == ("budget", "ratio")


def test_a_row_without_floor_has_no_ratio() -> None:
    row = Row("F1", "core", "ms", Spread(0.1, 0.2, 5), AtMost(1.0))

    assert row.ratio is None
    assert row.misses == ()


def test_the_table_has_one_aligned_line_per_row() -> None:
    rows = [
        Row("F1", "core", "ms", Spread(0.1, 0.2, 5), AtMost(1.0)),
        Row(
            "F5", "cold, 10 learners", "ms", Spread(40.0, 60.0, 5), AtMost(50.0), Spread(20.0, 21.0, 5), RatioAtMost(3)
        ),
    ]

    heading, core, cold = table(rows).splitlines()

    assert core.index("0.100 / 0.200") == cold.index("40.0 / 60.0") == heading.index("measured")
    assert core.endswith("ok")
    assert cold.endswith("missed: budget")
    assert "2.00 ×" in cold


def test_numbers_show_three_figures_that_matter() -> None:
    assert [number(value) for value in (0.0314, 3.14159, 31.4159, 31415.9)] == ["0.031", "3.14", "31.4", "31 416"]


def test_the_document_of_a_run_names_no_host_and_no_path() -> None:
    row = Row("F1", "core", "ms", Spread(0.1, 0.2, 5), AtMost(1.0))

    found = document([row], NOON, is_quick=True, failures={})

    machine = found["machine"]
    assert isinstance(machine, dict)
    assert set(machine) == {"cores", "architecture", "system", "python", "load"}
    assert found["at"] == "2026-01-01T12:00:00+00:00"

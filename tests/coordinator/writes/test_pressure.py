"""Watermarks with hysteresis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.writes.pressure import Pressure, PressureGauge

CALM, SOFT, HARD = Pressure.CALM, Pressure.SOFT, Pressure.HARD


def changes(*levels: int) -> list[Pressure]:
    gauge = PressureGauge(10, 8, 5)
    return [gauge.pressure for level in levels if gauge.update(level)]


@pytest.mark.proves("Q-07", "Q-09")
@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ((7, 8, 9), [SOFT]),
        ((8, 7, 8, 7, 8, 6, 8), [SOFT]),
        ((6, 7, 6, 7, 5), []),
        ((8, 5, 8, 5), [SOFT, CALM, SOFT, CALM]),
        ((10, 0), [HARD, CALM]),
        ((8, 10, 9, 8, 7, 6, 5), [SOFT, HARD, SOFT, CALM]),
        ((10, 9, 10), [HARD]),
    ],
    ids=["rises", "swings at high", "between the marks", "twice", "jumps over both", "all levels", "stays hard"],
)
def test_every_crossing_is_told_once(levels: tuple[int, ...], told: list[Pressure]) -> None:
    assert changes(*levels) == told


@pytest.mark.proves("Q-07")
@given(levels=st.lists(st.integers(0, 10)))
def test_pressure_is_never_calm_at_high_nor_felt_at_low(levels: list[int]) -> None:
    gauge = PressureGauge(10, 8, 5)
    for level in levels:
        gauge.update(level)

        assert level < 8 or gauge.pressure is not CALM
        assert level > 5 or gauge.pressure is CALM


@pytest.mark.proves("Q-07")
@pytest.mark.parametrize(("capacity", "high", "low"), [(10, 5, 5), (10, 4, 5), (10, 11, 5), (10, 8, -1)])
def test_marks_that_make_no_sense_are_refused(capacity: int, high: int, low: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= low < high <= capacity"):
        PressureGauge(capacity, high, low)

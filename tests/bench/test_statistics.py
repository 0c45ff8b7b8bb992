"""Percentiles and growth."""

from __future__ import annotations

import pytest

from bench.statistics import Spread, exponent, spread


def test_a_spread_has_the_middle_and_a_sample_of_the_slow_end() -> None:
    samples = [float(number) for number in range(1, 101)]

    found = spread(list(reversed(samples)))

    assert found == Spread(p50=50.5, p95=95.0, count=100)


def test_of_one_sample_both_percentiles_are_that_sample() -> None:
    assert spread([7.0]) == Spread(7.0, 7.0, 1)


def test_of_few_samples_the_slow_end_is_the_slowest() -> None:
    assert spread([1.0, 2.0, 30.0]).p95 == 30.0


def test_no_samples_have_no_spread() -> None:
    with pytest.raises(ValueError, match="at least one sample"):
        spread([])


@pytest.mark.parametrize(("power", "name"), [(0, "flat"), (1, "linear"), (2, "quadratic")])
def test_growth_is_told_by_its_exponent(power: int, name: str) -> None:
    sizes = [200.0, 2_000.0, 10_000.0]

    found = exponent(sizes, [3.0 * size**power for size in sizes])

    assert found == pytest.approx(power), name

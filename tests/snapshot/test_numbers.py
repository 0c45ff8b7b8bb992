"""One rounding rule, and proficiency from first attempts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.payloads import EvidenceCell
from snapshot.numbers import percent, share
from snapshot.proficiency import beta_binomial, credible_interval, naive, of_class, of_learner


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.05, 0.0), (0.15, 0.2), (0.25, 0.2), (0.35, 0.4), (53.571428, 53.6), (99.95, 100.0), (0.0, 0.0), (100.0, 100.0)],
)
def test_halves_go_to_the_even_neighbour(value: float, shown: float) -> None:
    assert percent(value) == shown


@given(st.integers(0, 1000), st.integers(-50, 50))
def test_the_noise_of_a_sum_does_not_change_what_is_shown(tenths: int, noise: int) -> None:
    halfway = tenths / 10 + 0.05

    assert percent(halfway + noise * 1e-14) == percent(halfway)


@given(st.floats(0, 100))
def test_what_is_shown_is_within_half_a_tenth(value: float) -> None:
    assert abs(Decimal(str(percent(value))) - Decimal(value)) <= Decimal("0.0500000011")


def test_a_share_of_nothing_is_unknown_and_not_zero() -> None:
    assert share(0, 0) is None
    assert share(0, 4) == 0.0


def test_all_wrong_is_twenty_in_the_naive_model() -> None:
    assert (naive(5, 0), naive(5, 5), naive(5, 4)) == (20.0, 100.0, 84.0)


def test_two_first_attempts_are_not_enough_evidence() -> None:
    assert of_learner(naive, 2, 2) is None
    assert of_learner(naive, 3, 3) == 100.0


def test_the_class_is_the_mean_over_learners_with_enough_evidence() -> None:
    evidence = [EvidenceCell(2, 2, 5), EvidenceCell(3, 3, 1), EvidenceCell(3, 0, 2)]

    value, n = of_class(naive, evidence)

    assert value == pytest.approx(46.6666667)
    assert n == 3
    assert of_class(naive, [EvidenceCell(2, 2, 5)]) == (None, 0)


def test_the_posterior_mean_lies_between_prior_and_evidence() -> None:
    assert beta_binomial(3, 3) == pytest.approx(80.0)
    assert beta_binomial(8, 0) == pytest.approx(10.0)


def test_credible_intervals_agree_with_closed_forms() -> None:
    # Beta(n + 1, 1) has the quantile p ** (1 / (n + 1)).
    low, high = credible_interval(3, 3)

    assert [low, high] == pytest.approx([100 * 0.05**0.25, 100 * 0.95**0.25])


@settings(deadline=None)
@given(st.integers(3, 300), st.data())
def test_an_interval_contains_its_mean_and_mirrors(attempts: int, data: st.DataObject) -> None:
    correct = data.draw(st.integers(0, attempts))

    low, high = credible_interval(attempts, correct)
    mirrored = credible_interval(attempts, attempts - correct)

    assert 0 <= low <= beta_binomial(attempts, correct) <= high <= 100
    assert [100 - high, 100 - low] == pytest.approx(list(mirrored), abs=1e-6)

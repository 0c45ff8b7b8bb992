"""How fast one token may send, on a clock of our own."""

from __future__ import annotations

import pytest

from ingest import rates
from ingest.rates import Rate, Rates


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def buckets(clock: Clock) -> Rates:
    return Rates(Rate(per_second=10.0, burst=100.0), clock)


def test_a_burst_may_come_at_once_and_no_more(buckets: Rates) -> None:
    assert [buckets.wait_for(1, 50) for _ in range(3)] == [0, 0, 5.0]


def test_what_was_refused_was_not_charged(buckets: Rates, clock: Clock) -> None:
    buckets.wait_for(1, 100)
    waits = [buckets.wait_for(1, 20) for _ in range(5)]
    clock.seconds += 2

    assert (waits, buckets.wait_for(1, 20)) == ([2.0] * 5, 0)


def test_a_bucket_fills_to_its_brim_only(buckets: Rates, clock: Clock) -> None:
    clock.seconds += 1e6

    assert (buckets.wait_for(1, 100), buckets.wait_for(1, 1)) == (0, 0.1)


def test_senders_do_not_cost_each_other(buckets: Rates) -> None:
    buckets.wait_for(1, 100)

    assert (buckets.wait_for(2, 100), buckets.wait_for(1, 1) > 0) == (0, True)


def test_what_costs_more_than_a_burst_goes_when_the_bucket_is_full(buckets: Rates) -> None:
    assert (buckets.wait_for(1, 1_000), buckets.wait_for(1, 1_000)) == (0, 10.0)


def test_a_clock_that_stands_still_or_goes_back_gives_nothing(buckets: Rates, clock: Clock) -> None:
    buckets.wait_for(1, 100)
    clock.seconds -= 50

    assert buckets.wait_for(1, 10) == 1.0


def test_only_so_many_senders_are_remembered(clock: Clock) -> None:
    buckets = Rates(Rate(), clock)

    for sender in range(rates.MOST_SENDERS + 500):
        buckets.wait_for(sender, 1)

    assert len(buckets._buckets) == rates.MOST_SENDERS

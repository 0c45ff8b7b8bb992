"""The circuit breaker, step by step."""

from __future__ import annotations

import pytest

from coordinator.writes.breaker import Breaker, BreakerPolicy, BreakerState, Permit

POLICY = BreakerPolicy(failures=3, cooldown=10)


def permitted(breaker: Breaker, now: float) -> Permit:
    permit = breaker.permit(now)
    assert permit is not None
    return permit


def opened(at: float = 100.0) -> Breaker:
    breaker = Breaker(POLICY)
    for _ in range(3):
        breaker.failed(permitted(breaker, at), at)
    assert breaker.state is BreakerState.OPEN
    return breaker


@pytest.mark.proves("C-01")
def test_failures_in_a_row_open_the_circuit() -> None:
    breaker = opened()

    assert breaker.permit(109.9) is None
    assert breaker.probes_at == 110


@pytest.mark.proves("C-01")
def test_an_answer_in_between_starts_the_count_again() -> None:
    breaker = Breaker(POLICY)
    for _ in range(5):
        breaker.failed(permitted(breaker, 0), 0)
        breaker.failed(permitted(breaker, 0), 0)
        breaker.succeeded(permitted(breaker, 0))

    assert breaker.state is BreakerState.CLOSED


@pytest.mark.proves("C-01", "W-R8")
def test_after_the_cooldown_exactly_one_probe_passes() -> None:
    breaker = opened()

    permits = [breaker.permit(110) for _ in range(10)]

    assert sum(permit is not None for permit in permits) == 1
    assert breaker.state is BreakerState.HALF_OPEN


@pytest.mark.proves("C-01")
def test_the_probe_decides() -> None:
    well, ill = opened(), opened()

    well.succeeded(permitted(well, 110))
    ill.failed(permitted(ill, 110), 112)

    assert well.state is BreakerState.CLOSED
    assert (ill.state, ill.probes_at) == (BreakerState.OPEN, 122)


@pytest.mark.proves("C-01")
def test_a_probe_that_nobody_answers_for_is_made_again_at_once() -> None:
    breaker = opened()

    breaker.withdrawn(permitted(breaker, 110), 111)

    assert breaker.permit(111) is not None


@pytest.mark.proves("C-01")
def test_an_error_that_concerns_everybody_opens_the_circuit_at_once() -> None:
    breaker = Breaker(POLICY)

    breaker.failed(permitted(breaker, 0), 0, is_decisive=True)

    assert breaker.state is BreakerState.OPEN


@pytest.mark.proves("C-03")
def test_late_answers_of_an_older_time_move_nothing() -> None:
    breaker = Breaker(POLICY)
    old = permitted(breaker, 99)
    for _ in range(3):
        breaker.failed(permitted(breaker, 100), 100)

    breaker.succeeded(old)
    assert breaker.probes_at == 110
    probe = permitted(breaker, 110)
    breaker.succeeded(old)
    breaker.failed(old, 111)
    breaker.withdrawn(old, 111)
    assert breaker.permit(112) is None
    breaker.succeeded(probe)
    breaker.failed(probe, 112)

    assert breaker.permit(112) is not None


@pytest.mark.proves("C-02")
def test_it_knows_how_long_it_has_been_open() -> None:
    breaker = opened(at=100)
    assert breaker.seconds_open(104) == 4

    breaker.failed(permitted(breaker, 110), 115)
    assert breaker.seconds_open(120) == 15

    breaker.succeeded(permitted(breaker, 125))
    assert breaker.seconds_open(500) == 20


@pytest.mark.proves("C-01")
def test_its_defaults_are_five_failures_and_ten_seconds() -> None:
    assert BreakerPolicy() == BreakerPolicy(failures=5, cooldown=10.0)


def test_a_breaker_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        BreakerPolicy(failures=0)

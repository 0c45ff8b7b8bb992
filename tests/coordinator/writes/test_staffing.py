"""How many workers there should be, and when they die too often."""

from __future__ import annotations

import pytest

from coordinator.writes.staffing import Deaths, RestartPolicy, wanted_workers


@pytest.mark.proves("X-01")
@pytest.mark.parametrize(("held", "workers"), [(0, 2), (500, 2), (1001, 3), (2500, 5), (100_000, 8)])
def test_there_is_a_worker_for_every_batch_within_the_bounds(held: int, workers: int) -> None:
    assert wanted_workers(held, 500, 2, 8) == workers


@pytest.mark.proves("S-04")
def test_a_successor_waits_longer_the_more_have_died() -> None:
    deaths = Deaths(RestartPolicy(initial_delay=0.1, max_delay=1.0))

    assert [deaths.record(float(at)) for at in range(6)] == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]


@pytest.mark.proves("S-04")
def test_many_deaths_in_a_short_time_are_a_sickness_that_passes() -> None:
    deaths = Deaths(RestartPolicy(sick_after=3, window=60))
    for at in (0.0, 50.0, 70.0):
        deaths.record(at)
    assert not deaths.is_sick(70)

    deaths.record(80)

    assert deaths.is_sick(80)
    assert not deaths.is_sick(200)
    assert deaths.total == 4

"""Finding the bad records of a batch, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.writes.bisection import Bisection, PoisonGuard
from coordinator.writes.contract import RecordRejected
from coordinator.writes.entries import Entry

PATIENT = PoisonGuard(ratio=1.0)


@dataclass
class Found:
    written: list[int]
    bad: list[int]
    undecided: list[int]
    calls: int


def search(size: int, bad: set[int], guard: PoisonGuard = PATIENT) -> Found:
    """Runs a search against a store that refuses every part with a bad record in it."""
    bisection = Bisection([Entry(number) for number in range(size)], guard)
    written: list[int] = []
    calls = 0
    while part := bisection.next_part():
        calls += 1
        if any(entry.record in bad for entry in part):
            bisection.is_refused(part, RecordRejected())
        else:
            bisection.is_written(len(part))
            written += [entry.record for entry in part]
    refused = [one.entry.record for one in bisection.bad]
    return Found(written, refused, [entry.record for entry in bisection.undecided], calls)


@pytest.mark.proves("P-01")
@pytest.mark.parametrize("place", [0, 1, 249, 250, 312, 498, 499])
def test_one_bad_record_of_500_costs_at_most_19_writes(place: int) -> None:
    found = search(500, {place})

    assert found.bad == [place]
    assert found.written == [number for number in range(500) if number != place]
    assert found.calls <= 19


@pytest.mark.proves("P-01")
@pytest.mark.parametrize(
    "bad", [set(), {0, 499}, {100, 101}, {7, 8, 9, 10}, set(range(0, 500, 50))], ids=lambda bad: f"{len(bad)} bad"
)
def test_first_last_adjacent_and_several_bad_ones_are_found_exactly(bad: set[int]) -> None:
    found = search(500, bad)

    assert set(found.bad) == bad
    assert found.written == [number for number in range(500) if number not in bad]


@pytest.mark.proves("P-01")
@given(size=st.integers(1, 80), data=st.data())
def test_whatever_is_bad_all_else_is_written_once_and_in_order(size: int, data: st.DataObject) -> None:
    bad = data.draw(st.sets(st.integers(0, size - 1)))

    found = search(size, bad)

    assert found.written == [number for number in range(size) if number not in bad]
    assert sorted(found.bad) == sorted(bad)
    assert not found.undecided


@pytest.mark.proves("P-01")
def test_where_many_are_bad_it_costs_little_more_than_one_by_one() -> None:
    found = search(500, set(range(0, 500, 4)))

    assert found.calls < 540


@pytest.mark.proves("P-02")
def test_where_all_are_bad_the_search_ends_early_and_says_so() -> None:
    found = search(500, set(range(500)), PoisonGuard())

    assert len(found.bad) == 20
    assert found.undecided == list(range(20, 500))
    assert found.calls < 60


@pytest.mark.proves("P-02")
def test_the_guard_lets_half_bad_batches_through_and_small_ones_too() -> None:
    half = search(100, set(range(50, 100)), PoisonGuard())
    small = search(19, set(range(19)), PoisonGuard())

    assert (len(half.bad), len(small.bad)) == (50, 19)
    assert not half.undecided


def test_a_guard_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        PoisonGuard(ratio=0)

"""Deficit round robin, measured."""

from __future__ import annotations

from collections import Counter, deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.writes.fairness import DeficitRoundRobin


def served(batches: dict[str, list[int]], quantum: int, rounds: int) -> Counter[str]:
    """Records each tenant gave in so many services; each wants to give its next batch."""
    turns, waiting = DeficitRoundRobin(quantum), {tenant: deque(sizes) for tenant, sizes in batches.items()}
    for tenant in batches:
        turns.join(tenant)
    given: Counter[str] = Counter()
    for _ in range(rounds):
        turn = turns.serve(lambda tenant: waiting[tenant][0] if waiting[tenant] else 0)
        if turn is None:
            break
        tenant, count = turn
        given[tenant] += count
        waiting[tenant][0] -= count
        if not waiting[tenant][0]:
            waiting[tenant].popleft()
    return given


def jain(shares: list[int]) -> float:
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))


@pytest.mark.proves("F-01")
def test_tenants_with_small_and_with_large_batches_get_the_same_number_of_records() -> None:
    given = served({"large": [500] * 100, "small": [50] * 1000, "odd": [170] * 300}, quantum=500, rounds=400)

    assert jain(list(given.values())) > 0.99


@pytest.mark.proves("F-01")
@given(sizes=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 700), min_size=2))
def test_shares_never_differ_by_more_than_two_quanta(sizes: dict[str, int]) -> None:
    given = served({tenant: [size] * 2000 for tenant, size in sizes.items()}, quantum=500, rounds=300)

    assert max(given.values()) - min(given[tenant] for tenant in sizes) <= 2 * 500


@pytest.mark.proves("F-01")
def test_who_wants_nothing_saves_nothing_up() -> None:
    turns = DeficitRoundRobin(10)
    turns.join("idle")
    turns.join("busy")
    for _ in range(50):
        turns.serve(lambda tenant: 10 if tenant == "busy" else 0)

    first = [turns.serve(lambda _: 10) for _ in range(4)]

    assert sorted(turn for turn in first if turn) == [("busy", 10)] * 2 + [("idle", 10)] * 2


def test_nobody_is_served_where_nobody_wants_to_give() -> None:
    turns = DeficitRoundRobin(10)
    turns.join("a")

    assert turns.serve(lambda _: 0) is None


def test_who_has_left_is_not_served() -> None:
    turns = DeficitRoundRobin(10)
    turns.join("a")
    turns.leave("a")

    assert turns.serve(lambda _: 1) is None
    assert len(turns) == 0

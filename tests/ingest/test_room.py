"""Requests in hand are bounded, and no institution takes all of the room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.room import Room
from oracles.contract import TenantId

STEPS = st.lists(st.tuples(st.booleans(), st.sampled_from([TenantId(1), TenantId(2), TenantId(3)])), max_size=60)


@given(STEPS)
def test_room_is_given_exactly_while_both_bounds_hold(steps: list[tuple[bool, TenantId]]) -> None:
    room, inside = Room(most=5, most_each=3), list[TenantId]()

    for is_coming, tenant in steps:
        if is_coming:
            has_room = len(inside) < 5 and inside.count(tenant) < 3
            assert room.enter(tenant) == has_room
            inside += [tenant] * has_room
        elif tenant in inside:
            room.leave(tenant)
            inside.remove(tenant)

    assert room.inside == len(inside)


def test_one_institution_leaves_room_for_another() -> None:
    room = Room(most=4, most_each=2)

    own = [room.enter(TenantId(1)) for _ in range(4)]

    assert own == [True, True, False, False]
    assert room.enter(TenantId(2))

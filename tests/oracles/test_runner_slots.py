"""Sharing the threads fairly."""

from __future__ import annotations

import pytest

from oracles.runner.slots import SessionId, Slots, TooManyWaiting

GREEDY, MODEST = SessionId(1), SessionId(2)


def test_a_session_with_many_questions_does_not_hold_up_another() -> None:
    slots = Slots(4, longest_queue=100)
    greedy = [slots.ask(GREEDY) for _ in range(10)]
    modest = [slots.ask(MODEST) for _ in range(2)]

    slots.release(GREEDY)
    slots.release(GREEDY)

    assert all(granted.done() for granted in modest)
    assert sum(granted.done() for granted in greedy) == 4


def test_who_stopped_waiting_gets_no_slot() -> None:
    slots = Slots(1, longest_queue=100)
    slots.ask(GREEDY)
    gone, next_one = slots.ask(MODEST), slots.ask(GREEDY)

    gone.cancel()
    slots.release(GREEDY)

    assert next_one.done()
    assert (slots.held, slots.waiting) == (1, 0)


def test_the_queue_has_an_end() -> None:
    slots = Slots(1, longest_queue=1)
    slots.ask(GREEDY)
    slots.ask(GREEDY)

    with pytest.raises(TooManyWaiting):
        slots.ask(MODEST)

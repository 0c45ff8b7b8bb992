from __future__ import annotations

from dashboard_project.web.limits import BAD_FRAMES, BURST, MESSAGES_PER_SECOND, Allowance


def test_a_burst_passes_and_the_next_message_does_not() -> None:
    allowance = Allowance(updated_at=0.0)

    admitted = [allowance.admits(0.0) for _ in range(int(BURST) + 1)]

    assert admitted == [True] * int(BURST) + [False]


def test_twenty_messages_a_second_pass_for_ever() -> None:
    allowance = Allowance(updated_at=0.0)

    assert all(allowance.admits(n / MESSAGES_PER_SECOND) for n in range(2_000))


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    allowance = Allowance(updated_at=100.0, credit=1.0)

    assert [allowance.admits(50.0), allowance.admits(50.0)] == [True, False]


def test_the_twentieth_bad_frame_is_one_too_many() -> None:
    allowance = Allowance(updated_at=0.0)

    assert [allowance.strike() for _ in range(BAD_FRAMES)] == [False] * (BAD_FRAMES - 1) + [True]

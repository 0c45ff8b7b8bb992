"""What is done by the clock: each job in its turn, and none at the cost of another."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from dashboard_project.composition.console import Courier
from dashboard_project.composition.schedule import JOBS, Job, Schedule
from experiences.outbox.delivery import ServerAway

NOW = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Counted:
    """A job that counts its turns."""

    def __init__(self, error: Exception | None = None) -> None:
        self.turns = 0
        self._error = error

    def __call__(self) -> Mapping[str, int]:
        self.turns += 1
        if self._error is not None:
            raise self._error
        return {"turns": self.turns}


@pytest.mark.proves("experiences:K-10")
def test_each_job_has_its_turn_as_often_as_it_wants() -> None:
    often, seldom = Counted(), Counted()
    schedule = Schedule((Job("often", 5 * SECOND, often), Job("seldom", 30 * SECOND, seldom)))

    for second in range(61):
        schedule.run_due(NOW + second * SECOND)

    assert (often.turns, seldom.turns) == (13, 3)


def test_a_job_that_fails_costs_the_others_nothing_and_has_its_next_turn() -> None:
    away, other = Counted(ServerAway("nobody\nthere")), Counted()
    schedule = Schedule((Job("mail", SECOND, away), Job("other", SECOND, other)))

    first, second = schedule.run_due(NOW), schedule.run_due(NOW + SECOND)

    assert [(turn.name, turn.error) for turn in first] == [("mail", "nobody there"), ("other", "")]
    assert (away.turns, other.turns, len(second)) == (2, 2, 2)


def test_decisions_are_executed_before_mail_is_sent_and_outcomes_follow() -> None:
    names = [job.name for job in JOBS]

    assert names.index("decisions") < names.index("mail") < names.index("outcomes")
    assert len(set(names)) == len(names)


def test_a_courier_goes_once_more_for_whoever_called_while_it_was_away() -> None:
    away, may_go = threading.Event(), threading.Event()
    turns: list[int] = []

    def work() -> None:
        turns.append(len(turns))
        away.set()
        may_go.wait(10)

    courier = Courier(work)
    courier.call()
    assert away.wait(10)
    for _ in range(3):
        courier.call()
    thread = courier._thread
    may_go.set()
    assert thread is not None
    thread.join(10)

    assert turns == [0, 1]
    assert courier._thread is None


def test_a_courier_whose_server_is_away_goes_again_when_it_is_called() -> None:
    turns: list[int] = []

    def work() -> None:
        turns.append(1)
        raise ServerAway("nobody there")

    courier = Courier(work)
    for _ in range(2):
        courier.call()
        thread = courier._thread
        if thread is not None:
            thread.join(10)

    assert len(turns) == 2

"""Who is on which side of a bar, and in which list of an assessment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from dashboard_project.web.present.standing import is_past_due, listed, side
from oracles.payloads import BarStanding, HandIns, LearnerProgress
from tests.web.present.answers import THRESHOLDS, Progressed, handed_in, progressed

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.mark.proves("ROW-T4")
@given(progressed(), THRESHOLDS)
def test_done_and_not_yet_are_the_class_and_never_share_a_learner(made: Progressed, threshold: int) -> None:
    for key in made.shares:
        done, todo = (side(made.answer, key, threshold, which) for which in ("done", "todo"))

        assert done == frozenset(made.done(key, threshold))
        assert todo == frozenset(made.learners) - made.done(key, threshold)


def test_a_sum_of_shares_that_is_a_hair_short_reaches_its_threshold() -> None:
    answer = LearnerProgress((1,), (BarStanding("unit-1", (1,), (100 * (0.1 + 0.2) - 1e-13,)),))

    assert side(answer, "unit-1", 30, "done") == frozenset({1})


@pytest.mark.proves("ROW-T3")
def test_ninety_one_percent_is_not_done_at_a_hundred() -> None:
    answer = LearnerProgress((1,), (BarStanding("unit-1", (1,), (91.0,)),))

    assert side(answer, "unit-1", 100, "done") == frozenset()


def test_a_bar_that_is_not_there_has_no_sides() -> None:
    assert side(LearnerProgress((1,), ()), "unit-9", 100, "done") is None
    assert listed(HandIns((1,), ()), "quiz", "todo", is_past_due=False) is None


@pytest.mark.proves("ROW-T8", "UX-d")
@given(handed_in())
def test_work_that_awaits_its_grade_is_not_missing(answer: HandIns) -> None:
    waiting = listed(answer, "quiz", "awaiting", is_past_due=True) or frozenset()
    missing = listed(answer, "quiz", "missing", is_past_due=True) or frozenset()
    todo = listed(answer, "quiz", "todo", is_past_due=True) or frozenset()

    assert not waiting & missing
    assert waiting | missing <= todo
    assert missing == set(answer.learners) - {each.learner_id for each in answer.pages[0].hand_ins}


@given(handed_in())
def test_nothing_is_missing_before_it_is_due(answer: HandIns) -> None:
    assert listed(answer, "quiz", "missing", is_past_due=False) == frozenset()


def test_what_is_due_this_very_moment_is_not_past() -> None:
    assert not is_past_due(NOW, NOW)
    assert is_past_due(NOW - timedelta(seconds=1), NOW)
    assert not is_past_due(None, NOW)

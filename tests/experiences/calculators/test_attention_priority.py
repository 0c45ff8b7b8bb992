"""Attention: scores with their factors and coverage; what is missing never becomes a number."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiences.calculators.attention_priority import AttentionPriorityCalculator, ItemInputs, LearnerInputs
from experiences.calculators.levels import Level
from experiences.calculators.moments import NaiveTime

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CALCULATOR = AttentionPriorityCalculator()
WORST = LearnerInputs(100, 0, 0, NOW - timedelta(days=40))
BEST = LearnerInputs(0, 100, 100, NOW)

percentages = st.none() | st.floats(0, 100)
moments = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
learners = st.builds(LearnerInputs, percentages, percentages, percentages, moments, moments)
items = st.builds(ItemInputs, moments, percentages)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.mark.proves("C-02")
def test_the_scale_of_a_learner_sums_to_a_hundred() -> None:
    worst = CALCULATOR.learner(WORST, NOW)

    assert sum(factor.most for factor in worst.factors) == 100
    assert (worst.score, worst.level, worst.coverage) == (100, Level.URGENT, 1)


@pytest.mark.proves("C-02")
def test_who_owes_nothing_and_was_here_today_scores_ten() -> None:
    assert (CALCULATOR.learner(BEST, NOW).score, CALCULATOR.learner(BEST, NOW).level) == (10, Level.LOW)


@pytest.mark.proves("C-02")
def test_a_score_can_be_followed_by_hand() -> None:
    learner = LearnerInputs(overdue_share_pct=12, on_time_pct=60, proficiency_pct=45, last_activity=days_ago(16))

    attention = CALCULATOR.learner(learner, NOW)

    points = {factor.code: factor.points for factor in attention.factors}
    assert points == {"stake": 20, "promptness": 10, "recency": 15, "proficiency": 11}
    assert (attention.score, attention.level) == (56, Level.MEDIUM)


@pytest.mark.proves("C-02")
@pytest.mark.parametrize(("days", "points"), [(28.1, 25), (28, 20), (21.5, 20), (15, 15), (8, 10), (7, 5), (0, 5)])
def test_recency_counts_at_28_21_14_and_7_days(days: float, points: float) -> None:
    factors = CALCULATOR.learner(replace(BEST, last_activity=days_ago(days)), NOW).factors

    assert {factor.code: factor.points for factor in factors}["recency"] == points


def test_who_was_never_active_has_been_quiet_since_the_beginning() -> None:
    never = replace(BEST, last_activity=None, known_since=days_ago(30))

    assert CALCULATOR.learner(never, NOW).score == 30


@pytest.mark.proves("C-02")
def test_missing_inputs_leave_the_scale_and_lower_the_coverage() -> None:
    attention = CALCULATOR.learner(replace(WORST, proficiency_pct=None, on_time_pct=None), NOW)

    assert (attention.score, attention.coverage) == (100, 0.55)


@pytest.mark.proves("C-02")
def test_without_half_of_the_inputs_there_is_no_score() -> None:
    attention = CALCULATOR.learner(LearnerInputs(proficiency_pct=10, on_time_pct=0), NOW)

    assert (attention.score, attention.level, attention.coverage) == (None, None, 0.45)


@pytest.mark.proves("C-02")
def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    attention = CALCULATOR.learner(LearnerInputs(), NOW)

    assert (attention.score, attention.level, attention.factors, attention.coverage) == (None, None, (), 0)


@pytest.mark.proves("C-02")
@pytest.mark.parametrize(
    ("due_in", "share", "score"),
    [(-40, 0, 90), (-1, 25, 41.5), (7, 0, 20), (7.1, 0, 10), (14, 11, 15), (15, 21, 10), (15, 10, 0), (-200, 50, 100)],
)
def test_the_urgency_of_an_item_can_be_followed_by_hand(due_in: float, share: float, score: float) -> None:
    item = ItemInputs(NOW + timedelta(days=due_in), share)

    assert CALCULATOR.item(item, NOW).score == pytest.approx(score)


@pytest.mark.proves("C-02")
def test_an_item_without_a_due_date_has_no_score_and_says_what_is_known() -> None:
    attention = CALCULATOR.item(ItemInputs(None, 30), NOW)

    assert (attention.score, attention.level, attention.coverage) == (None, None, 0.25)
    assert [factor.code for factor in attention.factors] == ["weight"]


@pytest.mark.proves("C-02")
@pytest.mark.parametrize("naive", [datetime(2026, 11, 1), datetime(2026, 9, 1)])
def test_a_time_without_a_zone_is_an_error_and_not_a_middling_score(naive: datetime) -> None:
    with pytest.raises(NaiveTime):
        CALCULATOR.item(ItemInputs(naive, 10), NOW)
    with pytest.raises(NaiveTime):
        CALCULATOR.learner(replace(BEST, last_activity=naive), NOW)
    with pytest.raises(NaiveTime):
        CALCULATOR.learner(LearnerInputs(), naive)


def test_the_same_instant_in_another_zone_scores_the_same() -> None:
    due = days_ago(40)
    elsewhere = due.astimezone(ZoneInfo("America/Havana"))

    assert CALCULATOR.item(ItemInputs(elsewhere, 0), NOW) == CALCULATOR.item(ItemInputs(due, 0), NOW)


@pytest.mark.parametrize("value", [-1, 101, float("nan")])
def test_what_is_no_percentage_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 100"):
        CALCULATOR.learner(replace(BEST, proficiency_pct=value), NOW)


@pytest.mark.proves("C-02", "O-13")
@given(learners)
def test_scores_stay_on_the_scale_and_say_the_same_twice(learner: LearnerInputs) -> None:
    before = replace(learner)

    attention = CALCULATOR.learner(learner, NOW)

    assert attention.score is None or 0 <= attention.score <= 100
    assert (attention.score is None) == (attention.coverage < 0.5) == (attention.level is None)
    assert attention == CALCULATOR.learner(learner, NOW)
    assert learner == before


@pytest.mark.proves("C-02", "O-13")
@given(items)
def test_urgencies_stay_on_the_scale_and_say_the_same_twice(item: ItemInputs) -> None:
    attention = CALCULATOR.item(item, NOW)

    assert attention.score is None or 0 <= attention.score <= 100
    assert attention == CALCULATOR.item(item, NOW)


@pytest.mark.proves("C-02")
@given(learners, st.sampled_from([field.name for field in fields(LearnerInputs)]))
def test_knowing_less_never_raises_the_coverage(learner: LearnerInputs, name: str) -> None:
    less = CALCULATOR.learner(replace(learner, **{name: None}), NOW)

    assert less.coverage <= CALCULATOR.learner(learner, NOW).coverage


@given(learners, st.floats(0, 100), st.floats(0, 100))
def test_more_of_the_grade_overdue_never_lowers_the_score(learner: LearnerInputs, one: float, other: float) -> None:
    low, high = (
        CALCULATOR.learner(replace(learner, overdue_share_pct=share), NOW).score for share in sorted([one, other])
    )

    assert low is None or high is None or low <= high

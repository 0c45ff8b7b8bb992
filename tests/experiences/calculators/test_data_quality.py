"""The hygiene score: its properties for any data, and its formula by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiences.calculators.data_quality import (
    HEAVIEST,
    PRIOR,
    PULL,
    WEIGHTS,
    Check,
    DataQualityCalculator,
    Dimension,
    Reach,
    Severity,
)
from experiences.calculators.levels import Confidence, Grade

pytestmark = pytest.mark.proves("H-05")
CALCULATOR = DataQualityCalculator()
A_FEW_POINTS = 5.0
SIZES = st.integers(0, 400)
DIMENSIONS = st.sampled_from(list(Dimension))


@st.composite
def checks(draw: st.DrawFn) -> list[Check]:
    """Any checks, at least one of which asked something."""
    found = []
    for _ in range(draw(st.integers(1, 8))):
        total = draw(SIZES)
        found.append(Check(draw(DIMENSIONS), draw(st.integers(0, total)), total))
    return [*found, Check(draw(DIMENSIONS), draw(st.integers(0, 1)), 1)]


def score(asked: list[Check]) -> float:
    found = CALCULATOR.score(asked).score
    assert found is not None
    return found


def test_the_score_is_what_the_formula_gives_by_hand() -> None:
    asked = [Check(Dimension.COMPLETENESS, 30, 40), Check(Dimension.ACCURACY, 60, 60)]

    found = CALCULATOR.score(asked)

    whole = (90 + 20 * 0.3) / (100 + 20)  # 0.8
    completeness = (30 + 20 * whole) / 60  # 0.766…
    accuracy = (60 + 20 * whole) / 80  # 0.95
    by_hand = 100 * (0.30 * completeness + 0.25 * accuracy + (0.20 + 0.15 + 0.10) * whole)
    assert found.score == round(by_hand, 1) == 82.8
    assert found.dimensions[Dimension.COMPLETENESS] == 75.0
    assert found.dimensions[Dimension.TIMELINESS] is None
    assert found.grade is Grade.EXCELLENT


def test_without_data_there_is_no_number() -> None:
    for asked in ([], [Check(Dimension.VALIDITY, 0, 0)]):
        found = CALCULATOR.score(asked)

        assert found.score is None
        assert found.grade is None
        assert found.confidence is Confidence.NONE


@given(st.dictionaries(DIMENSIONS, st.integers(1, 100_000), min_size=1))
def test_where_everything_is_missing_the_score_is_at_most_30(totals: dict[Dimension, int]) -> None:
    assert score([Check(dimension, 0, total) for dimension, total in totals.items()]) <= 30


@given(st.sets(DIMENSIONS, min_size=1), st.integers(1, 400))
def test_perfect_data_scores_better_the_more_there_is_and_tends_to_100(dimensions: set[Dimension], size: int) -> None:
    of_size = [score([Check(each, n, n) for each in dimensions]) for n in (size, size + 1)]
    much = score([Check(each, HEAVIEST, HEAVIEST) for each in dimensions for _ in range(20)])

    assert of_size[0] <= of_size[1] <= 100
    assert much >= 99


@given(checks(), st.data())
def test_one_more_fault_never_raises_the_score(asked: list[Check], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(asked) - 1))
    one = asked[place]
    gone_bad = [*asked]
    if one.good >= 1:
        gone_bad[place] = Check(one.dimension, one.good - 1, one.total)
    with_another = [*asked]
    with_another[place] = Check(one.dimension, one.good, one.total + 1)

    assert score(gone_bad) <= score(asked)
    assert score(with_another) <= score(asked)


@given(checks(), st.data())
def test_one_more_record_moves_the_score_by_no_more_than_a_few_points(asked: list[Check], data: st.DataObject) -> None:
    place, good = data.draw(st.integers(0, len(asked) - 1)), data.draw(st.integers(0, 1))
    one = asked[place]
    more = [*asked]
    more[place] = Check(one.dimension, one.good + good, one.total + 1)

    assert abs(score(more) - score(asked)) <= A_FEW_POINTS


@given(DIMENSIONS, checks())
def test_a_dimension_that_begins_to_be_measured_makes_no_jump(dimension: Dimension, asked: list[Check]) -> None:
    before = [each for each in asked if each.dimension is not dimension]
    if not any(each.total for each in before):
        return

    assert abs(score([*before, Check(dimension, 0, 1)]) - score(before)) <= A_FEW_POINTS


def test_ten_thousand_events_do_not_drown_ten_due_dates() -> None:
    events = Check(Dimension.CONSISTENCY, 10_000, 10_000)

    with_dates = score([events, Check(Dimension.COMPLETENESS, 10, 10)])
    without_dates = score([events, Check(Dimension.COMPLETENESS, 0, 10)])

    assert with_dates - without_dates > A_FEW_POINTS


@pytest.mark.parametrize(
    ("asked", "confidence"),
    [
        ([Check(Dimension.VALIDITY, 39, 39)], Confidence.LOW),
        ([Check(Dimension.VALIDITY, 5_000, 5_000)], Confidence.LOW),
        ([Check(each, 20, 20) for each in Dimension], Confidence.MEDIUM),
        ([Check(each, 30, 30) for each in Dimension], Confidence.HIGH),
    ],
)
def test_confidence_says_what_the_score_rests_on(asked: list[Check], confidence: Confidence) -> None:
    assert CALCULATOR.score(asked).confidence is confidence


def test_the_weights_are_of_one_whole_and_the_pull_is_as_documented() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert (PULL, PRIOR) == (20, 0.3)


def test_a_check_with_more_good_answers_than_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="good ≤ total"):
        Check(Dimension.ACCURACY, 2, 1)


@pytest.mark.proves("H-06")
def test_impact_grows_with_severity_learners_grade_and_evidence_and_stays_within_100() -> None:
    nobody = CALCULATOR.impact(Reach(Severity.LOW, 0, 0))
    half_the_class = CALCULATOR.impact(Reach(Severity.HIGH, 10, 20, 25.0, 50.0))
    everything = CALCULATOR.impact(Reach(Severity.CRITICAL, 20, 20, 100.0, 100.0))

    assert (nobody, half_the_class, everything) == (6, 28 + 15 + 5 + 5, 100)

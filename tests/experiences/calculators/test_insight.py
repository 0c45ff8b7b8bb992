"""Insights are what the numbers show, and nothing where there is nothing to compare."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiences.calculators.insight import RANK, Finding, Insight, InsightCalculator
from experiences.calculators.pace_runway import PaceRunwayCalculator, Runway, RunwayStatus, SectionRunway
from experiences.calculators.trend import Standing, TrendCalculator, Week

FIRST = datetime(2026, 10, 5, tzinfo=UTC)
CALCULATOR = InsightCalculator()

values = st.fixed_dictionaries(
    {
        name: st.none() | st.floats(0, 100)
        for name in ("progress_pct", "score_pct", "first_correct_pct")
    }
    | {"events": st.none() | st.integers(0, 50).map(float)}
)  # fmt: skip


def weeks(*each: dict[str, float | None]) -> tuple[Week, ...]:
    standings = [Standing(FIRST + timedelta(weeks=index), values) for index, values in enumerate(each)]
    return TrendCalculator().replay(standings, [standing.at for standing in standings])


def section(*slacks: float) -> SectionRunway:
    return PaceRunwayCalculator().section(
        Runway(RunwayStatus.CRITICAL if slack < 0 else RunwayStatus.HEALTHY, slack) for slack in slacks
    )


@pytest.mark.proves("C-04")
def test_a_week_with_losses_and_gains_by_hand() -> None:
    found = CALCULATOR.insights(
        weeks(
            {"progress_pct": 40, "score_pct": 70, "first_correct_pct": 61, "events": 10},
            {"progress_pct": 52, "score_pct": 64, "first_correct_pct": 60.5, "events": 30},
        ),
        slack=section(-4, -1, 2, 6),
        before=section(-2, 3, 5, 8),
    )

    assert [(insight.finding, dict(insight.numbers)) for insight in found] == [
        (Finding.OUT_OF_TIME, {"learners": 2, "of": 4}),
        (Finding.NEW_RISK, {"learners": 1}),
        (Finding.SLACK_SHRANK, {"days": pytest.approx(3.5)}),
        (Finding.FELL, {"score_pct": -6}),
        (Finding.ROSE, {"progress_pct": 12}),
    ]


@pytest.mark.proves("C-04")
def test_what_moved_together_is_one_finding_with_its_causes() -> None:
    (insight,) = CALCULATOR.insights(
        weeks(
            {"progress_pct": 40, "score_pct": 60, "events": 1.0}, {"progress_pct": 45, "score_pct": 66, "events": 2.0}
        )
    )

    assert insight.finding is Finding.ROSE
    assert [cause.name for cause in insight.causes] == ["progress_pct", "score_pct"]


@pytest.mark.proves("C-04")
def test_a_section_that_went_quiet_is_told_of_first() -> None:
    found = CALCULATOR.insights(weeks({"events": 5}, {"events": 30}, {"events": 30}), slack=section(-1))

    assert found[0] == Insight(Finding.WENT_QUIET)


@pytest.mark.proves("C-04")
@pytest.mark.parametrize(
    "each",
    [
        [],
        [{"progress_pct": 40.0, "events": 5.0}],
        [{"progress_pct": None, "events": 5.0}, {"progress_pct": 40.0, "events": 9.0}],
        [{"progress_pct": 40.0, "events": 5.0}, {"progress_pct": 40.9, "events": 9.0}],
    ],
)
def test_nothing_to_compare_or_nothing_that_moved_is_no_insight(each: list[dict[str, float | None]]) -> None:
    assert CALCULATOR.insights(weeks(*each)) == ()


def test_no_more_are_told_than_were_asked_for() -> None:
    found = CALCULATOR.insights(
        weeks({"progress_pct": 40, "events": 1.0}, {"progress_pct": 52, "events": 2.0}), section(-4), most=1
    )

    assert [insight.finding for insight in found] == [Finding.OUT_OF_TIME]


@pytest.mark.proves("C-04", "O-13")
@given(st.lists(values, max_size=5))
def test_insights_rest_on_numbers_that_are_there_and_come_in_their_order(
    each: list[dict[str, float | None]],
) -> None:
    told = weeks(*each)

    found = CALCULATOR.insights(told)

    assert found == CALCULATOR.insights(told)
    assert [insight.finding for insight in found] == sorted((i.finding for i in found), key=RANK.index)
    for cause in (cause for insight in found for cause in insight.causes):
        assert cause.before is not None
        assert cause.after is not None
        assert insight_moved(cause.before, cause.after)


def insight_moved(before: float, after: float) -> bool:
    return abs(after - before) >= 1

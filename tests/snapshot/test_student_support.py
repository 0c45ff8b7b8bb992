"""Every learner is in exactly one group, and the reason given is true of the numbers it names."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.contract import Semantics, SupportThresholds
from oracles import contract
from oracles.contract import DataStamp, Loaded
from oracles.payloads import LearnerInfo, LearnerRow, LearnerStanding, ProgressProficiency
from snapshot.contract import Capability, StudentSupportProjection, SupportRow, Why
from snapshot.projections import definitions, derive
from snapshot.projections.student_support import BUCKETS, CODES, explain
from tests.snapshot.classroom import COURSE, NOW, metadata

DEFAULT = SupportThresholds()
type Comparison = Callable[[float, float], bool]
COMPARISONS: dict[str, tuple[Comparison, Comparison]] = {
    "excelling": (operator.ge, operator.ge),
    "struggling_low": (operator.lt, operator.le),
    "struggling_high": (operator.gt, operator.le),
}


def bucket(progress: float | None, proficiency: float | None, thresholds: SupportThresholds = DEFAULT) -> str:
    return CODES[explain(progress, proficiency, 3, thresholds).code]


def support_of(
    standings: list[LearnerStanding], people: list[LearnerRow], semantics: Semantics | None = None
) -> StudentSupportProjection:
    results = {
        contract.PROGRESS_PROFICIENCY: ProgressProficiency(7, tuple(standings)),
        contract.LEARNER_INFO: LearnerInfo(tuple(people)),
    }
    loaded = {key: Loaded(COURSE, key, payload, 1, DataStamp()) for key, payload in results.items()}
    found, _ = derive(Capability.STUDENT_SUPPORT, metadata(semantics), loaded)
    assert isinstance(found, StudentSupportProjection)
    return found


def person(learner_id: int, quiet_days: float | None = None, name: str = "") -> LearnerRow:
    last = None if quiet_days is None else NOW - timedelta(days=quiet_days)
    return LearnerRow(learner_id, f"ext-{learner_id}", name or f"Learner {learner_id}", "", last)


@pytest.mark.parametrize(
    ("progress", "proficiency", "expected"),
    [
        (None, 90.0, "not_enough_information"),
        (90.0, None, "not_enough_information"),
        (None, None, "not_enough_information"),
        (80.0, 80.0, "excelling"),
        (80.0, 79.9999, "on_track"),
        (79.9999, 80.0, "on_track"),
        (39.9999, 40.0, "struggling"),
        (40.0, 40.0, "on_track"),
        (39.9999, 40.0001, "on_track"),
        (80.0, 40.0, "on_track"),
        (80.0001, 40.0, "struggling"),
        (100.0, 20.0, "struggling"),
        (0.0, 20.0, "struggling"),
    ],
)
def test_the_borders_of_the_groups(progress: float | None, proficiency: float | None, expected: str) -> None:
    assert bucket(progress, proficiency) == expected


def test_the_noise_of_floating_point_moves_nobody_over_a_border() -> None:
    assert bucket(100 * (0.1 + 0.2) / 0.375, 80.00000000000001) == "excelling"
    assert bucket(79.99999999999999, 80.0) == "excelling"


def test_a_learner_who_reaches_both_high_borders_excels_even_where_struggling_would_hold_too() -> None:
    overlapping = SupportThresholds(progress_low=90, progress_high=95, proficiency_low=40, proficiency_high=41)

    assert bucket(95.0, 41.0, overlapping) == "excelling"


def generated(seed: int, size: int) -> tuple[list[LearnerStanding], list[LearnerRow]]:
    draw = random.Random(seed)
    standings = []
    for learner_id in range(1, size + 1):
        attempts = draw.randrange(12)
        progress = draw.choice([0.0, 0.4, 0.8, 1.0, 0.39996, 0.80004, draw.random()])
        standings.append(LearnerStanding(learner_id, progress, attempts, draw.randint(0, attempts)))
    return standings, [person(n, draw.choice([None, 0, 6.9, 7, 30])) for n in range(1, size + 1)]


def is_true(why: Why) -> bool:
    """The numbers as they are printed fulfil the comparisons that the words make."""
    if why.code not in COMPARISONS:
        return True
    numbers = {name: float(number or 0) for name, number in why.numbers.items()}
    first, second = COMPARISONS[why.code]
    return first(numbers["progress"], numbers["progress_limit"]) and second(
        numbers["proficiency"], numbers["proficiency_limit"]
    )


@pytest.mark.proves("ROW-T5", "UX-2")
def test_500_generated_learners_are_in_one_group_each_for_a_reason_that_is_true() -> None:
    standings, people = generated(seed=500, size=500)

    found = support_of(standings, people)

    rows = [row for each in found.buckets for row in each.learners]
    assert sorted(row.learner_id for row in rows) == list(range(1, 501))
    assert [each.count for each in found.buckets] == [len(each.learners) for each in found.buckets]
    assert all(each.active + each.inactive == each.count for each in found.buckets)
    assert [row for row in rows if not is_true(row.why)] == []
    assert all(says_its_numbers(row) for row in rows)


def says_its_numbers(row: SupportRow) -> bool:
    text = definitions.fill(definitions.WHY[row.why.code], row.why.numbers)
    return "%(" not in text and CODES[row.why.code] == row.bucket


@given(
    st.one_of(st.none(), st.floats(0, 100)),
    st.one_of(st.none(), st.floats(0, 100)),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_any_thresholds_put_everybody_somewhere(
    progress: float | None, proficiency: float | None, low: int, strong: int
) -> None:
    thresholds = SupportThresholds(progress_low=low, proficiency_high=strong)

    why = explain(progress, proficiency, 3, thresholds)

    assert CODES[why.code] in BUCKETS
    assert is_true(why)


def test_the_reason_reads_as_in_the_specification() -> None:
    why = explain(24.0, 31.0, 5, DEFAULT)

    assert definitions.fill(definitions.WHY[why.code], why.numbers) == "progress 24 % < 40 and proficiency 31 % ≤ 40"


def test_a_reason_shows_more_digits_where_rounding_would_make_it_false() -> None:
    why = explain(39.96, 20.0, 5, DEFAULT)

    assert why.numbers["progress"] == 39.96


@pytest.mark.parametrize(("quiet_days", "is_inactive"), [(None, True), (7, True), (6.999, False), (0, False)])
def test_inactive_is_no_event_for_the_set_days_or_never(quiet_days: float | None, is_inactive: bool) -> None:
    found = support_of([LearnerStanding(1, 1.0, 3, 3)], [person(1, quiet_days)])

    assert found.buckets[2].learners[0].inactive is is_inactive


def test_inactive_learners_come_first_then_names() -> None:
    standings = [LearnerStanding(n, 1.0, 3, 3) for n in (1, 2, 3)]

    found = support_of(standings, [person(1, 0, "anna"), person(2, 0, "Aaron"), person(3, None, "Zoe")])

    assert [row.name for row in found.buckets[2].learners] == ["Zoe", "Aaron", "anna"]


def test_no_page_in_scope_is_unknown_progress_and_not_zero() -> None:
    row = support_of([LearnerStanding(1, None, 3, 3)], [person(1)]).buckets[3].learners[0]

    assert (row.progress_pct, row.why.code) == (None, "no_progress")


def test_a_model_that_knows_how_sure_it_is_says_so() -> None:
    standing = [LearnerStanding(1, 1.0, 3, 3)]

    naive = support_of(standing, [person(1)]).buckets[2].learners[0]
    beta = support_of(standing, [person(1)], Semantics(proficiency_model="beta_binomial")).buckets[2].learners[0]

    assert naive.proficiency_interval is None
    assert (beta.proficiency_pct, beta.proficiency_interval) == (80.0, (47.3, 98.7))

"""The words: every number, reason and recommendation has its text, and each text gets the numbers it names."""

from __future__ import annotations

import re

import pytest

from snapshot.contract import Capability, SummaryProjection
from snapshot.projections import definitions, derive
from snapshot.projections.student_support import BUCKETS, CODES
from tests.snapshot.classroom import ALL_WRONG, NAMES, Classroom, metadata
from tests.snapshot.snapshots import assembled


@pytest.mark.proves("UX-17", "UX-18")
def test_every_fact_has_its_words() -> None:
    assert [fact for fact in assembled().facts if not definitions.of_fact(fact)] == []


def test_a_fact_nobody_knows_has_none() -> None:
    assert definitions.of_fact("weather.unit-1.celsius") == ""


def test_every_reason_and_group_has_its_words() -> None:
    assert set(definitions.WHY) == set(CODES)
    assert set(definitions.BUCKETS) == set(BUCKETS)


@pytest.mark.parametrize(
    ("rule", "classroom"),
    [
        ("nobody_started", Classroom()),
        ("many_struggling", Classroom({"Ada": ALL_WRONG}, names=("Ada", "Ben"))),
        ("hard_objective", Classroom({name: dict.fromkeys(ALL_WRONG, True) | {  # three of six wrong
            "unit-1-page-1": False, "unit-1-page-2": False, "unit-1-page-3": False} for name in NAMES})),
        ("many_inactive", Classroom({name: dict.fromkeys(ALL_WRONG, True) for name in NAMES})),
    ],
)  # fmt: skip
def test_a_recommendation_names_its_rule_and_its_evidence(rule: str, classroom: Classroom) -> None:
    found, _ = derive(Capability.SUMMARY, metadata(), classroom.results())
    assert isinstance(found, SummaryProjection)
    assert found.recommendation is not None

    text = definitions.fill(definitions.RECOMMENDATIONS[rule], found.recommendation.numbers)

    assert found.recommendation.rule == rule
    assert re.search(r"\d", text)


def test_numbers_lose_a_decimal_that_says_nothing() -> None:
    assert definitions.fill("%(a)s and %(b)s", {"a": 24.0, "b": 31.5}) == "24 and 31.5"

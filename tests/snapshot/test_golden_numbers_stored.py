"""The golden cases a second time, from rows through the oracles: they give the facts that were counted by hand."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from courses.models import Section
from oracles.contract import DataStamp, Loaded, OracleKey, OracleResult
from oracles.instructor import ORACLES
from snapshot.assembler import assemble
from tests.oracles.instructor.rows import (
    container_of,
    context_of,
    learners_of,
    make_score,
    mix_the_class,
    pages_of,
)
from tests.snapshot.classroom import MIXED, NOW, Classroom, metadata

pytestmark = pytest.mark.django_db


def stored_results(section: Section, unit: str | None) -> dict[OracleKey, OracleResult]:
    context = context_of(section, container_of(section, unit) if unit else None, NOW)
    return {key: Loaded(context.scope, key, row.load(context), 1, DataStamp()) for key, row in ORACLES.items()}


@pytest.mark.proves("AC-001")
@pytest.mark.parametrize("unit", [None, "unit-1", "unit-3"])
@pytest.mark.parametrize("scores", [(), (0.0, 50.0, 100.0)])
def test_stored_rows_give_the_facts_counted_by_hand(
    section: Section,
    unit: str | None,
    scores: tuple[float, ...],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    mix_the_class(section)
    for name, score in zip(("Ada", "Ben", "Cleo"), scores, strict=False):
        make_score(learners_of(section)[name], pages_of(section)["quiz"], score)
    by_hand = Classroom(MIXED, scores, unit=unit)
    results = stored_results(section, unit)
    scope = next(iter(results.values())).scope

    with django_assert_num_queries(0):
        found = assemble(metadata(), scope, "1", results, "id")

    assert found.facts == assemble(metadata(), by_hand.scope, "1", by_hand.results(), "id").facts

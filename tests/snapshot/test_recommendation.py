"""What to look at first: the port, its rule-based default, and that every word of it can be checked."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from oracles import contract
from oracles.contract import Loaded, OracleKey, OracleResult
from oracles.payloads import Assessments
from snapshot.assembler import assemble
from snapshot.contract import Capability, Recommendation, Snapshot, SummaryProjection
from snapshot.projections import TABLE, definitions, derive, in_force, summary
from snapshot.projections.material import Material
from snapshot.projections.recommendation import RULES, Recommender
from snapshot.projections.rules import Rules
from tests.snapshot.classroom import ALL_RIGHT, ALL_WRONG, COURSE, NAMES, UNITS, Classroom, metadata

UNIT_1_WRONG = {name: {**ALL_RIGHT, **dict.fromkeys(UNITS["unit-1"], False)} for name in NAMES}


def missed(results: dict[OracleKey, OracleResult]) -> dict[OracleKey, OracleResult]:
    """The quiz was due before, and three of four handed nothing in."""
    outline, graded = results[contract.SCOPE_RESOURCES], results[contract.ASSESSMENTS]
    assert isinstance(outline, Loaded)
    assert isinstance(graded, Loaded)
    assert isinstance(graded.payload, Assessments)
    pages = tuple(
        msgspec.structs.replace(page, due_at=metadata().generated_at.replace(year=2025)) if page.graded else page
        for page in getattr(outline.payload, "pages", ())
    )
    payload = msgspec.structs.replace(outline.payload, pages=pages)
    return {**results, contract.SCOPE_RESOURCES: replace(outline, payload=payload)}


CASES: dict[str, tuple[dict[OracleKey, OracleResult], dict[str, float | None]]] = {
    "nobody_started": (Classroom().results(), {"summary.class_size": 4, "summary.average_progress_pct": 0.0}),
    "many_missing": (missed(Classroom({"Ada": ALL_RIGHT}, (70.0,)).results()), {"assessments.quiz.completed": 1}),
    "many_struggling": (
        Classroom({"Ada": ALL_WRONG, "Ben": ALL_RIGHT}).results(),
        {"student_support.struggling.count": 1, "summary.class_size": 4},
    ),
    "hard_objective": (
        Classroom(UNIT_1_WRONG).results(),
        {"challenging_objectives.objective-1.proficiency_pct": 20.0},
    ),
    "many_inactive": (
        Classroom(dict.fromkeys(NAMES, ALL_RIGHT)).results(),
        {"student_support.inactive.count": 4, "summary.class_size": 4},
    ),
}


def snapshot_of(results: dict[OracleKey, OracleResult], rules: Rules | None = None) -> Snapshot:
    return assemble(metadata(), COURSE, "1", results, "id", rules=rules or in_force())


def recommended(found: Snapshot) -> Recommendation | None:
    projection = found.projections[Capability.SUMMARY]
    assert isinstance(projection, SummaryProjection)
    return projection.recommendation


@pytest.mark.proves("ROW-T2")
@pytest.mark.parametrize("rule", CASES)
def test_the_rule_that_speaks_names_the_facts_it_looked_at(rule: str) -> None:
    results, evidence = CASES[rule]

    snapshot = snapshot_of(results)

    found = recommended(snapshot)
    assert found is not None
    assert found.rule == rule
    assert {fact: snapshot.facts[fact] for fact in found.evidence} == evidence


def test_every_rule_has_its_words_its_condition_and_a_case() -> None:
    assert set(definitions.RECOMMENDATIONS) == set(definitions.RULES) == set(CASES)
    assert len(RULES) == len(CASES)


def test_evidence_has_definitions() -> None:
    assert [fact for _, evidence in CASES.values() for fact in evidence if not definitions.of_fact(fact)] == []


def test_where_nothing_stands_out_nothing_is_said() -> None:
    active = dict.fromkeys(NAMES, metadata().generated_at)

    assert recommended(snapshot_of(Classroom(dict.fromkeys(NAMES, ALL_RIGHT), last=active).results())) is None


def with_recommender(recommender: Recommender) -> Rules:
    """A second version of the summary, whose advice comes from elsewhere."""
    row = replace(TABLE[Capability.SUMMARY, 1], derive=summary.deriving(recommender))
    return in_force({Capability.SUMMARY: 2}, {**TABLE, (Capability.SUMMARY, 2): row})


@pytest.mark.proves("snapshot:AC-007", "ROW-T2")
def test_another_recommender_takes_its_place_and_changes_no_number() -> None:
    def sage(_: Material) -> Recommendation:
        return Recommendation("sage", Capability.PROGRESS, {}, ("progress.unit-1.completed",))

    results, _ = CASES["many_struggling"]

    before, after = snapshot_of(results), snapshot_of(results, with_recommender(sage))

    assert recommended(after) == Recommendation("sage", Capability.PROGRESS, {}, ("progress.unit-1.completed",))
    assert after.facts == before.facts


def test_a_recommender_that_breaks_takes_the_strip_down_and_nothing_else() -> None:
    def broken(_: Material) -> Recommendation:
        raise ValueError("no answer")

    found = snapshot_of(CASES["many_struggling"][0], with_recommender(broken))

    assert found.projection_statuses[Capability.SUMMARY].readiness == "failed"
    assert found.projection_statuses[Capability.STUDENT_SUPPORT].readiness == "ready"


@pytest.mark.parametrize(
    ("under_way", "speaks"),
    [(contract.LEARNER_PROGRESS, True), (contract.HAND_INS, True), (contract.OBJECTIVES, False)],
)
def test_advice_waits_for_what_it_reads_and_for_nothing_else(under_way: OracleKey, speaks: bool) -> None:
    found, _ = derive(Capability.SUMMARY, metadata(), CASES["hard_objective"][0], frozenset({under_way}))

    assert isinstance(found, SummaryProjection)
    assert (found.recommendation is not None) is speaks

"""The table of capabilities: readiness, what an answer concerns, and that failures stay where they are."""

from __future__ import annotations

import pytest

from oracles import contract
from oracles.contract import DataStamp, Failed, FailureReason, Loaded, OracleKey, OracleResult
from oracles.payloads import Progress, ProgressItem
from snapshot.contract import Capability, Card, Readiness, Reason, SummaryProjection
from snapshot.projections import CAPABILITIES, OPTIONAL, REQUIRED, affected_capabilities, derive, derive_all, facts_of
from tests.snapshot.classroom import COURSE, MIXED, Classroom, metadata

ALL_KEYS = sorted(REQUIRED | OPTIONAL)
RESULTS = Classroom(MIXED, (100.0, 50.0, 0.0)).results()


def failing(key: OracleKey, reason: FailureReason = FailureReason.ORACLE_ERROR) -> dict[OracleKey, OracleResult]:
    return {**RESULTS, key: Failed(COURSE, key, reason)}


def cards(results: dict[OracleKey, OracleResult], pending: frozenset[OracleKey] = frozenset()) -> list[Card]:
    found, _ = derive(Capability.SUMMARY, metadata(), results, pending)
    assert isinstance(found, SummaryProjection)
    return list(found.cards)


@pytest.mark.proves("FR-004", "NFR-REL-001")
def test_with_every_answer_everything_is_ready() -> None:
    statuses = [status for _, status in derive_all(metadata(), RESULTS).values()]

    assert {status.readiness for status in statuses} == {Readiness.READY}


@pytest.mark.proves("S3")
def test_affected_capabilities_is_the_inverse_of_the_table() -> None:
    inverse = {
        capability: {key for key in ALL_KEYS if capability in affected_capabilities(key)} for capability in Capability
    }

    assert inverse == {capability: set(rule.keys) for capability, rule in CAPABILITIES.items()}
    assert affected_capabilities(OracleKey("unknown")) == ()


@pytest.mark.proves("NFR-REL-002")
@pytest.mark.parametrize("key", ALL_KEYS)
def test_a_failed_oracle_concerns_only_its_own_capabilities(key: OracleKey) -> None:
    before, after = derive_all(metadata(), RESULTS), derive_all(metadata(), failing(key))

    changed = {capability for capability in Capability if before[capability] != after[capability]}

    assert changed <= set(affected_capabilities(key))
    for capability in affected_capabilities(key):
        readiness = after[capability][1].readiness
        is_required = key in CAPABILITIES[capability].required
        assert readiness is (Readiness.FAILED if is_required else Readiness.PARTIAL)
        assert after[capability][1].missing == (key,)


@pytest.mark.parametrize(
    ("failure", "reason", "readiness"),
    [
        (FailureReason.TIMEOUT, Reason.ORACLE_TIMED_OUT, Readiness.FAILED),
        (FailureReason.ORACLE_ERROR, Reason.ORACLE_FAILED, Readiness.FAILED),
        (FailureReason.DATABASE_UNAVAILABLE, Reason.DATABASE_UNAVAILABLE, Readiness.FAILED),
        (FailureReason.CANCELLED, Reason.MISSING_ORACLE_PAYLOAD, Readiness.UNAVAILABLE),
    ],
)
def test_the_reason_says_what_happened(failure: FailureReason, reason: Reason, readiness: Readiness) -> None:
    _, status = derive(Capability.PROGRESS, metadata(), failing(contract.PROGRESS, failure))

    assert (status.readiness, status.reason) == (readiness, reason)


@pytest.mark.proves("S2")
def test_an_answer_that_is_only_missing_is_unavailable_and_not_failed() -> None:
    found, status = derive(Capability.PROGRESS, metadata(), Classroom().results(contract.PROGRESS))

    assert (found, status.readiness, status.reason) == (None, Readiness.UNAVAILABLE, Reason.MISSING_ORACLE_PAYLOAD)


def test_a_payload_that_a_rule_cannot_digest_fails_its_tile_alone() -> None:
    short = Progress(4, (ProgressItem("unit-1", 3, (1, 2), 0.5),))
    broken = {**RESULTS, contract.PROGRESS: Loaded(COURSE, contract.PROGRESS, short, 1, DataStamp())}

    derived = derive_all(metadata(), broken)

    assert derived[Capability.PROGRESS][1].reason is Reason.DERIVATION_FAILED
    assert derived[Capability.SUMMARY][1].readiness is Readiness.READY
    assert derived[Capability.STUDENT_SUPPORT][1].readiness is Readiness.READY


@pytest.mark.parametrize("capability", [Capability.SUMMARY, Capability.PROGRESS, Capability.ASSESSMENTS])
def test_without_a_projection_there_are_no_facts(capability: Capability) -> None:
    assert facts_of(capability, None) == {}


def shown(card: Card) -> str:
    if not card.visible:
        return "hidden"
    return "--" if card.value is None else f"{card.value:g} %"


@pytest.mark.proves("ROW-T1")
def test_without_objectives_and_graded_pages_their_cards_are_hidden() -> None:
    quiz_only, practice_only = Classroom(unit="unit-3").results(), Classroom(unit="unit-1").results()

    assert [shown(card) for card in cards(quiz_only)] == ["0 %", "hidden", "--"]
    assert [shown(card) for card in cards(practice_only)] == ["0 %", "--", "hidden"]


@pytest.mark.proves("ROW-T1")
def test_what_applies_and_cannot_be_computed_is_no_data_but_progress_is_zero() -> None:
    found = cards(Classroom().results())

    assert [shown(card) for card in found] == ["0 %", "--", "--"]
    assert [card.state for card in found] == ["ready", "no_data", "no_data"]


def test_a_calculated_zero_is_zero() -> None:
    assert shown(cards(Classroom(scores=(0.0,)).results())[2]) == "0 %"


def test_a_class_of_nobody_has_no_average() -> None:
    found = cards(Classroom(names=()).results())

    assert [(shown(card), card.n) for card in found] == [("--", 0)] * 3


@pytest.mark.proves("ROW-T1")
@pytest.mark.parametrize(
    ("index", "key"),
    [(0, contract.PROGRESS_PROFICIENCY), (1, contract.OBJECTIVES), (2, contract.ASSESSMENTS)],
)
def test_failed_and_loading_answers_hide_no_card_and_take_no_other(index: int, key: OracleKey) -> None:
    without = Classroom(MIXED, (100.0,)).results(key)

    failed, loading = cards(failing(key)), cards(without, frozenset({key}))

    assert (failed[index].state, shown(failed[index])) == ("unavailable", "--")
    assert (loading[index].state, shown(loading[index])) == ("loading", "--")
    assert all(card.state == "ready" for n, card in enumerate(failed) if n != index)


def test_nothing_is_recommended_while_answers_are_still_coming() -> None:
    done, _ = derive(Capability.SUMMARY, metadata(), RESULTS)
    waiting, _ = derive(Capability.SUMMARY, metadata(), RESULTS, frozenset({contract.ASSESSMENTS}))

    assert isinstance(done, SummaryProjection)
    assert isinstance(waiting, SummaryProjection)
    assert done.recommendation is not None
    assert waiting.recommendation is None

"""The table of capabilities: what each needs and how it is derived, by version. Pure.

`derive` never raises: a capability that cannot be derived is `failed`, and no other one notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from oracles.contract import (
    ASSESSMENTS,
    LEARNER_INFO,
    OBJECTIVES,
    PROGRESS,
    PROGRESS_PROFICIENCY,
    SCHEDULE_POSITION,
    SCOPE_RESOURCES,
    OracleKey,
    OracleResult,
)
from snapshot import contract
from snapshot import fingerprint as digests
from snapshot.contract import Capability, Facts, Metadata, Projection, Readiness, Reason, Status
from snapshot.projections import (
    ai_context,
    assessments,
    challenging_objectives,
    progress,
    student_support,
    summary,
)
from snapshot.projections.material import Material, Outcome
from snapshot.projections.rules import Rule, Rules, Table, choose
from snapshot.validation import facts_problem


def _rule(
    shape: type[Projection],
    derive: Callable[[Material], Projection],
    facts: Callable[[Any], Facts],
    *required: OracleKey,
    optional: tuple[OracleKey, ...] = (),
) -> Rule:
    return Rule(frozenset(required), frozenset(optional), derive, facts, shape)


TABLE: dict[tuple[Capability, int], Rule] = {
    (Capability.SUMMARY, 1): _rule(
        contract.SummaryProjection,
        summary.derive,
        summary.facts,
        SCOPE_RESOURCES,
        optional=(PROGRESS_PROFICIENCY, OBJECTIVES, ASSESSMENTS, LEARNER_INFO),
    ),
    (Capability.PROGRESS, 1): _rule(
        contract.ProgressProjection,
        progress.derive,
        progress.facts,
        PROGRESS,
        SCOPE_RESOURCES,
        optional=(SCHEDULE_POSITION,),
    ),
    (Capability.STUDENT_SUPPORT, 1): _rule(
        contract.StudentSupportProjection,
        student_support.derive,
        student_support.facts,
        PROGRESS_PROFICIENCY,
        LEARNER_INFO,
    ),
    (Capability.CHALLENGING_OBJECTIVES, 1): _rule(
        contract.ChallengingObjectivesProjection,
        challenging_objectives.derive,
        challenging_objectives.facts,
        OBJECTIVES,
    ),
    (Capability.ASSESSMENTS, 1): _rule(
        contract.AssessmentsProjection, assessments.derive, assessments.facts, ASSESSMENTS, SCOPE_RESOURCES
    ),
    (Capability.AI_CONTEXT, 1): _rule(
        contract.AiContextProjection,
        ai_context.derive,
        ai_context.facts,
        SCOPE_RESOURCES,
        optional=tuple(ai_context.READS),
    ),
}
"""Every rule there is. A new version is a row beside the old one, with a shape of its own."""

CURRENT: dict[Capability, int] = dict.fromkeys(Capability, 1)
"""The versions in force where nobody chooses."""


def in_force(versions: Mapping[Capability, int] | None = None, table: Table = TABLE) -> Rules:
    """The rules of these versions; capabilities that are not named keep the current one.

    Raises:
        UnknownVersion: there is no such version; the message names those there are.
    """
    return choose(table, {**CURRENT, **(versions or {})})


RULES = in_force()
CAPABILITIES = RULES.of
REQUIRED, OPTIONAL = RULES.required, RULES.optional
"""What a dashboard request asks where nobody chooses: it is complete when the required ones are in."""


class Watch(Protocol):
    """Hears when a derivation begins and ends; within one, others may."""

    def __call__(self, capability: Capability, /) -> AbstractContextManager[None]: ...


def affected_capabilities(key: OracleKey, rules: Rules = RULES) -> tuple[Capability, ...]:
    """The capabilities that a new answer of this oracle concerns, in the order of the table."""
    return rules.affected(key)


def unwatched(_: Capability, /) -> AbstractContextManager[None]:
    """Nobody wants to know."""
    return nullcontext()


def derive(
    capability: Capability,
    metadata: Metadata,
    results: Mapping[OracleKey, OracleResult],
    pending: frozenset[OracleKey] = frozenset(),
    *,
    rules: Rules = RULES,
) -> Outcome:
    """One projection with its readiness."""
    return derive_some([capability], metadata, results, pending, rules=rules)[capability]


def derive_all(
    metadata: Metadata,
    results: Mapping[OracleKey, OracleResult],
    pending: frozenset[OracleKey] = frozenset(),
    *,
    rules: Rules = RULES,
    watch: Watch = unwatched,
) -> dict[Capability, Outcome]:
    """Every projection with its readiness."""
    return derive_some(rules.of, metadata, results, pending, rules=rules, watch=watch)


def derive_some(
    capabilities: Iterable[Capability],
    metadata: Metadata,
    results: Mapping[OracleKey, OracleResult],
    pending: frozenset[OracleKey] = frozenset(),
    *,
    rules: Rules = RULES,
    watch: Watch = unwatched,
) -> dict[Capability, Outcome]:
    """These projections with their readiness; what several rest on is derived once."""
    material = Material(metadata, results, pending, _Once(rules, watch))
    return {capability: material.outcome(capability) for capability in capabilities}


class _Once:
    """Derives, and remembers what was derived: of one material, every rule is applied at most once."""

    def __init__(self, rules: Rules, watch: Watch) -> None:
        self._rules = rules
        self._watch = watch
        self._made: dict[tuple[Capability, Rule], Outcome] = {}

    def __call__(self, capability: Capability, shape: type[Projection] | None, material: Material) -> Outcome:
        rule = self._rules.giving(capability, shape)
        if rule is None:
            return None, Status(Readiness.UNAVAILABLE, Reason.UNSUPPORTED_VERSION)
        if (capability, rule) not in self._made:
            with self._watch(capability):
                self._made[capability, rule] = _derive(capability, rule, material)
        return self._made[capability, rule]


def facts_of(capability: Capability, projection: Projection | None, rules: Rules = RULES) -> Facts:
    """The numbers a capability shows, by fact id; none when there is no projection."""
    return {} if projection is None else rules.of[capability].facts(projection)


def fingerprint(capability: Capability, projection: Projection | None, rules: Rules = RULES) -> str:
    """The digest of what a capability shows; empty when it shows nothing."""
    if projection is None:
        return ""
    if isinstance(projection, contract.AiContextProjection):
        return digests.digest(projection.markdown)
    return digests.of_facts(capability, facts_of(capability, projection, rules), rules.versions[capability])


def _derive(capability: Capability, rule: Rule, material: Material) -> Outcome:
    missing = material.lacks(rule.required)
    if missing:
        return None, _without(missing, material)
    try:
        projection = rule.derive(material)
        problem = facts_problem(capability, rule.facts(projection))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # A payload that the rule cannot digest is this tile's failure, not the page's (NFR-REL-002).
        return None, Status(Readiness.FAILED, Reason.DERIVATION_FAILED)
    if problem:
        return None, Status(Readiness.FAILED, Reason.INVALID_DATA)
    lacking = material.lacks(rule.optional)
    return projection, Status(Readiness.PARTIAL if lacking else Readiness.READY, _first(lacking, material), lacking)


def _without(missing: tuple[OracleKey, ...], material: Material) -> Status:
    """Failed when an oracle failed; unavailable while it has only not answered."""
    reason = _first(missing, material)
    readiness = Readiness.UNAVAILABLE if reason is Reason.MISSING_ORACLE_PAYLOAD else Readiness.FAILED
    return Status(readiness, reason, missing)


def _first(missing: tuple[OracleKey, ...], material: Material) -> Reason | None:
    """The gravest reason: a failure before an answer that is only missing."""
    reasons = [material.reason(key) for key in missing]
    return next((r for r in reasons if r is not Reason.MISSING_ORACLE_PAYLOAD), reasons[0] if reasons else None)

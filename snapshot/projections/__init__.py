"""The table of capabilities: what each needs and how it is derived. Pure.

`derive` never raises: a capability that cannot be derived is `failed`, and no other one notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    required: frozenset[OracleKey]
    optional: frozenset[OracleKey]
    derive: Callable[[Material], Projection]
    facts: Callable[[Any], Facts]

    @property
    def keys(self) -> frozenset[OracleKey]:
        return self.required | self.optional


def _rule(
    derive: Callable[[Material], Projection],
    facts: Callable[[Any], Facts],
    *required: OracleKey,
    optional: tuple[OracleKey, ...] = (),
) -> Rule:
    return Rule(frozenset(required), frozenset(optional), derive, facts)


CAPABILITIES: dict[Capability, Rule] = {
    Capability.SUMMARY: _rule(
        summary.derive,
        summary.facts,
        SCOPE_RESOURCES,
        optional=(PROGRESS_PROFICIENCY, OBJECTIVES, ASSESSMENTS, LEARNER_INFO),
    ),
    Capability.PROGRESS: _rule(
        progress.derive, progress.facts, PROGRESS, SCOPE_RESOURCES, optional=(SCHEDULE_POSITION,)
    ),
    Capability.STUDENT_SUPPORT: _rule(
        student_support.derive, student_support.facts, PROGRESS_PROFICIENCY, LEARNER_INFO
    ),
    Capability.CHALLENGING_OBJECTIVES: _rule(challenging_objectives.derive, challenging_objectives.facts, OBJECTIVES),
    Capability.ASSESSMENTS: _rule(assessments.derive, assessments.facts, ASSESSMENTS, SCOPE_RESOURCES),
    Capability.AI_CONTEXT: _rule(
        ai_context.derive,
        ai_context.facts,
        SCOPE_RESOURCES,
        optional=(PROGRESS, PROGRESS_PROFICIENCY, LEARNER_INFO, OBJECTIVES, ASSESSMENTS),
    ),
}

REQUIRED: frozenset[OracleKey] = frozenset().union(*(rule.required for rule in CAPABILITIES.values()))
OPTIONAL: frozenset[OracleKey] = frozenset().union(*(rule.optional for rule in CAPABILITIES.values())) - REQUIRED
"""What a dashboard request asks: it is complete when the required ones are in."""


def affected_capabilities(key: OracleKey) -> tuple[Capability, ...]:
    """The capabilities that a new answer of this oracle concerns, in the order of the table."""
    return tuple(capability for capability, rule in CAPABILITIES.items() if key in rule.keys)


def derive(
    capability: Capability,
    metadata: Metadata,
    results: Mapping[OracleKey, OracleResult],
    pending: frozenset[OracleKey] = frozenset(),
) -> Outcome:
    """One projection with its readiness."""
    return Material(metadata, results, pending, _derive).outcome(capability)


def derive_all(
    metadata: Metadata, results: Mapping[OracleKey, OracleResult], pending: frozenset[OracleKey] = frozenset()
) -> dict[Capability, Outcome]:
    """Every projection with its readiness."""
    return derive_some(CAPABILITIES, metadata, results, pending)


def derive_some(
    capabilities: Iterable[Capability],
    metadata: Metadata,
    results: Mapping[OracleKey, OracleResult],
    pending: frozenset[OracleKey] = frozenset(),
) -> dict[Capability, Outcome]:
    """These projections with their readiness; what several rest on is derived once."""
    material = Material(metadata, results, pending, _derive)
    return {capability: material.outcome(capability) for capability in capabilities}


def facts_of(capability: Capability, projection: Projection | None) -> Facts:
    """The numbers a capability shows, by fact id; none when there is no projection."""
    return {} if projection is None else CAPABILITIES[capability].facts(projection)


def fingerprint(capability: Capability, projection: Projection | None) -> str:
    """The digest of what a capability shows; empty when it shows nothing."""
    if projection is None:
        return ""
    if capability is Capability.AI_CONTEXT:
        return digests.digest(projection.markdown)  # type: ignore[union-attr]  # the table pairs them
    return digests.of_facts(capability, facts_of(capability, projection))


def _derive(capability: Capability, material: Material) -> Outcome:
    rule = CAPABILITIES[capability]
    missing = material.lacks(rule.required)
    if missing:
        return None, _without(missing, material)
    try:
        projection = rule.derive(material)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # A payload that the rule cannot digest is this tile's failure, not the page's (NFR-REL-002).
        return None, Status(Readiness.FAILED, Reason.DERIVATION_FAILED)
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

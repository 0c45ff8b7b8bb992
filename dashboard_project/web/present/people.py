"""Who is in the class, as far as a look at learners needs it: read off the answers, without a rule of its own. Pure.

The oracles behind lists of learners are asked only for a view that shows or uses one (`keys_for`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from dashboard_project.web.urlstate import ViewState
from oracles.contract import (
    HAND_INS,
    LEARNER_INFO,
    LEARNER_PROGRESS,
    PROGRESS_PROFICIENCY,
    SCOPE_RESOURCES,
    Failed,
    Loaded,
    OracleKey,
    OracleResult,
    Payload,
)
from oracles.payloads import HandIns, LearnerInfo, LearnerProgress, LearnerRow, ScopeResources
from snapshot.contract import Capability, StudentSupportProjection

NO_KEYS: frozenset[OracleKey] = frozenset()

BEHIND: Mapping[str, frozenset[OracleKey]] = {
    "bucket": frozenset({PROGRESS_PROFICIENCY, LEARNER_INFO}),
    "progress": frozenset({LEARNER_PROGRESS, SCOPE_RESOURCES}),
    "assessment": frozenset({HAND_INS, SCOPE_RESOURCES}),
}
"""What says who is meant by a cross-filter of this kind."""


@dataclass(frozen=True, slots=True)
class People:
    roster: Mapping[int, LearnerRow] = field(default_factory=dict)
    resources: ScopeResources | None = None
    progress: LearnerProgress | None = None
    hand_ins: HandIns | None = None
    support: StudentSupportProjection | None = None
    failed: frozenset[OracleKey] = NO_KEYS
    """What could not be read; whatever else is not there is under way."""

    def is_failed(self, *keys: OracleKey) -> bool:
        return not self.failed.isdisjoint(keys)


NOBODY = People()


def people_of(results: Mapping[OracleKey, OracleResult], support: StudentSupportProjection | None = None) -> People:
    """What the answers say about who is who."""
    roster = _payload(results, LEARNER_INFO, LearnerInfo)
    return People(
        roster={row.learner_id: row for row in roster.learners} if roster else {},
        resources=_payload(results, SCOPE_RESOURCES, ScopeResources),
        progress=_payload(results, LEARNER_PROGRESS, LearnerProgress),
        hand_ins=_payload(results, HAND_INS, HandIns),
        support=support,
        failed=frozenset(key for key, result in results.items() if isinstance(result, Failed)),
    )


def keys_for(capability: Capability, view: ViewState) -> frozenset[OracleKey]:
    """The oracles that this look at a tile needs beside those that the tile rests on."""
    only = BEHIND.get(view.only.partition(":")[0], NO_KEYS)
    match capability:
        case Capability.PROGRESS if view.bar or only:
            return only | {LEARNER_PROGRESS, LEARNER_INFO}
        case Capability.ASSESSMENTS if view.listed or only:
            return only | {HAND_INS, LEARNER_INFO}
        case Capability.STUDENT_SUPPORT:
            return only
    return NO_KEYS


def _payload[P: Payload](results: Mapping[OracleKey, OracleResult], key: OracleKey, _kind: type[P]) -> P | None:
    result = results.get(key)
    return cast("P", result.payload) if isinstance(result, Loaded) else None

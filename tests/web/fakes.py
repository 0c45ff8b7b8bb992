"""Small projections that say in every tile whose they are, so that a stale one is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from dashboard_project.hints.watch import Follower
from dashboard_project.web.board import Needs
from dashboard_project.web.tiles import Derived
from oracles.contract import DataStamp, Failed, Loaded, OracleKey, OracleResult, Scope
from snapshot.contract import (
    AssessmentsProjection,
    Bar,
    Capability,
    Card,
    ChallengingObjectivesProjection,
    Metadata,
    ProgressProjection,
    Projection,
    Readiness,
    Reason,
    Status,
    StudentSupportProjection,
    SummaryProjection,
)

KEYS: dict[Capability, OracleKey] = {
    capability: OracleKey(capability.value) for capability in Capability if capability != Capability.AI_CONTEXT
}
NEEDS: dict[Capability, Needs] = {capability: Needs(frozenset({key})) for capability, key in KEYS.items()}


class FakeWatch:
    """Tells who follows a section what the test says."""

    def __init__(self) -> None:
        self.followers: list[tuple[Scope, Follower]] = []

    def follow(self, scope: Scope, follower: Follower) -> Callable[[], None]:
        entry = (scope, follower)
        self.followers.append(entry)
        return lambda: self.followers.remove(entry)

    def move(self, stamp: DataStamp) -> None:
        for _, follower in tuple(self.followers):
            follower.moved(stamp)


@dataclass(slots=True)
class FakeDerive:
    """Counts what was derived; the title of the one bar is what the oracle said."""

    asked: list[Capability] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    """Happens while a tile is being made."""

    def __call__(
        self,
        capabilities: Iterable[Capability],
        metadata: Metadata,
        answers: Mapping[OracleKey, OracleResult],
        _pending: frozenset[OracleKey],
        /,
    ) -> dict[Capability, Derived]:
        return {capability: self._one(capability, metadata, answers) for capability in capabilities}

    def _one(self, capability: Capability, metadata: Metadata, answers: Mapping[OracleKey, OracleResult]) -> Derived:
        self.asked.append(capability)
        self.meanwhile()
        answer = answers[KEYS[capability]]
        if isinstance(answer, Failed):
            return Derived(None, Status(Readiness.FAILED, Reason.ORACLE_FAILED, (answer.key,)), "")
        assert isinstance(answer, Loaded)
        label = getattr(answer.payload, "label", "")
        return Derived(_projection(capability, label, metadata), Status(Readiness.READY), "f00d" * 16)


def _projection(capability: Capability, label: str, metadata: Metadata) -> Projection:
    threshold = metadata.semantics.progress_threshold
    match capability:
        case Capability.PROGRESS:
            bar = Bar("unit-1", label, "unit", 2, 50.0, 60.0, 3)
            return ProgressProjection("units", 4, threshold, (bar,))
        case Capability.STUDENT_SUPPORT:
            return StudentSupportProjection(0, 0, (), "", False, metadata.semantics.support)
        case Capability.CHALLENGING_OBJECTIVES:
            return ChallengingObjectivesProjection("no_data", 4, 0, ())
        case Capability.ASSESSMENTS:
            return AssessmentsProjection("not_applicable", 4, ())
    return SummaryProjection(4, (Card("summary.average_progress_pct", 53.6, 4, "ready"),), None)

"""The instructor oracles: the table of questions that a dashboard asks, one question per file.

The last two are asked only when somebody looks at a list of learners or filters by one; they are kept like the others.

Every oracle that counts learners reads the roster too: somebody who leaves changes every number.
To add one: write its file and its payload, add its row here.
"""

from __future__ import annotations

from oracles import contract, payloads
from oracles.contract import Domain, Oracle
from oracles.instructor import (
    assessments,
    hand_ins,
    learner_info,
    learner_progress,
    objectives,
    pace,
    progress,
    progress_proficiency,
    schedule_position,
    scope_resources,
    trend,
)
from oracles.registry import registry

ORACLES = registry(
    [
        Oracle(
            key=contract.SCOPE_RESOURCES,
            version=1,
            reads=frozenset({Domain.STRUCTURE}),
            payload=payloads.ScopeResources,
            load=scope_resources.load,
        ),
        Oracle(
            key=contract.SCHEDULE_POSITION,
            version=1,
            reads=frozenset({Domain.STRUCTURE}),
            payload=payloads.SchedulePosition,
            load=schedule_position.load,
        ),
        Oracle(
            key=contract.LEARNER_INFO,
            version=1,
            reads=frozenset({Domain.ROSTER, Domain.PROGRESS}),
            payload=payloads.LearnerInfo,
            load=learner_info.load,
        ),
        Oracle(
            key=contract.PROGRESS,
            version=1,
            reads=frozenset({Domain.STRUCTURE, Domain.ROSTER, Domain.PROGRESS}),
            payload=payloads.Progress,
            load=progress.load,
        ),
        Oracle(
            key=contract.PROGRESS_PROFICIENCY,
            version=1,
            reads=frozenset({Domain.STRUCTURE, Domain.ROSTER, Domain.PROGRESS, Domain.EVIDENCE}),
            payload=payloads.ProgressProficiency,
            load=progress_proficiency.load,
        ),
        Oracle(
            key=contract.OBJECTIVES,
            version=1,
            reads=frozenset({Domain.STRUCTURE, Domain.ROSTER, Domain.EVIDENCE}),
            payload=payloads.Objectives,
            load=objectives.load,
        ),
        Oracle(
            key=contract.ASSESSMENTS,
            version=1,
            reads=frozenset({Domain.STRUCTURE, Domain.ROSTER, Domain.SCORES}),
            payload=payloads.Assessments,
            load=assessments.load,
        ),
        Oracle(
            key=contract.LEARNER_PROGRESS,
            version=1,
            reads=frozenset({Domain.STRUCTURE, Domain.ROSTER, Domain.PROGRESS}),
            payload=payloads.LearnerProgress,
            load=learner_progress.load,
        ),
        Oracle(
            key=contract.HAND_INS,
            version=1,
            reads=frozenset({Domain.STRUCTURE, Domain.ROSTER, Domain.SCORES}),
            payload=payloads.HandIns,
            load=hand_ins.load,
        ),
    ]
)

ON_DEMAND = registry(
    [
        Oracle(
            key=contract.TREND,
            version=1,
            reads=frozenset({Domain.STRUCTURE, Domain.ROSTER, Domain.PROGRESS, Domain.EVIDENCE, Domain.SCORES}),
            payload=payloads.Trend,
            load=trend.load,
        ),
        Oracle(
            key=contract.PACE,
            version=1,
            reads=frozenset({Domain.STRUCTURE, Domain.ROSTER, Domain.PROGRESS, Domain.EVIDENCE}),
            payload=payloads.Pace,
            load=pace.load,
        ),
    ]
)
"""Questions that no dashboard waits for: asked through the runner by whoever shows the answer, and not cached."""

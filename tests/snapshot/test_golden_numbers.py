"""The ten golden cases, from answers counted by hand; where our rule differs from the reference product's, ours."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from courses.contract import Semantics, SupportThresholds
from oracles import contract
from oracles.contract import DataStamp, Loaded
from oracles.payloads import EvidenceCell, LearnerInfo, LearnerRow, LearnerStanding, ObjectiveRow, Objectives
from oracles.payloads import ProgressProficiency as Standings
from snapshot.contract import (
    AssessmentsProjection,
    Capability,
    ChallengingObjectivesProjection,
    ProgressProjection,
    StudentSupportProjection,
    SummaryProjection,
)
from snapshot.projections import derive
from tests.snapshot.classroom import ALL_RIGHT, ALL_WRONG, COURSE, MIXED, NOW, UNITS, Classroom, metadata


def projection[P](kind: type[P], capability: Capability, classroom: Classroom, semantics: Semantics | None = None) -> P:
    found, _ = derive(capability, metadata(semantics), classroom.results())
    assert isinstance(found, kind)
    return found


def support_of(classroom: Classroom, thresholds: SupportThresholds | None = None) -> StudentSupportProjection:
    semantics = Semantics(support=thresholds or SupportThresholds())
    return projection(StudentSupportProjection, Capability.STUDENT_SUPPORT, classroom, semantics)


def objectives_of(*rows: ObjectiveRow) -> ChallengingObjectivesProjection:
    answer = Loaded(COURSE, contract.OBJECTIVES, Objectives(4, rows), 1, DataStamp())
    found, _ = derive(Capability.CHALLENGING_OBJECTIVES, metadata(), {contract.OBJECTIVES: answer})
    return cast("ChallengingObjectivesProjection", found)


def test_empty_course() -> None:
    empty = Classroom()

    progress = projection(ProgressProjection, Capability.PROGRESS, empty)
    support = support_of(empty)
    graded = projection(AssessmentsProjection, Capability.ASSESSMENTS, empty)

    assert [(bar.completed, bar.completed_pct) for bar in progress.bars] == [(0, 0.0)] * 3
    assert (progress.axis, progress.class_size) == ("units", 4)
    assert {bucket.id: bucket.count for bucket in support.buckets}["not_enough_information"] == 4
    # Never active is inactive here; the reference product counts it as active.
    assert (support.has_activity, support.default_bucket, support.inactive) == (False, "not_enough_information", 4)
    assert [(card.completed, card.class_size, card.completion_pct) for card in graded.cards] == [(0, 4, 0.0)]


def test_mixed_class() -> None:
    mixed = Classroom(MIXED)

    progress = projection(ProgressProjection, Capability.PROGRESS, mixed)
    summary = projection(SummaryProjection, Capability.SUMMARY, mixed)
    names = {bucket.id: [row.name for row in bucket.learners] for bucket in support_of(mixed).buckets}

    assert [(bar.completed, bar.completed_pct) for bar in progress.bars] == [(3, 75.0), (2, 50.0), (0, 0.0)]
    assert summary.cards[0].value == 53.6
    assert names == {
        "struggling": ["Cleo"],
        "on_track": ["Ben"],
        "excelling": ["Ada"],
        "not_enough_information": ["Dan"],
    }


def test_completion_threshold() -> None:
    two_of_three = Classroom({"Ada": dict.fromkeys(UNITS["unit-1"][:2], True)})

    progress = projection(ProgressProjection, Capability.PROGRESS, two_of_three, Semantics(progress_threshold=50))

    assert (progress.bars[0].completed, progress.bars[0].completed_pct) == (1, 25.0)


def test_assessment_scores() -> None:
    scored = Classroom(scores=(100.0, 50.0, 0.0))

    card = projection(AssessmentsProjection, Capability.ASSESSMENTS, scored).cards[0]
    summary = projection(SummaryProjection, Capability.SUMMARY, scored)

    assert (card.completed, card.completion_pct, card.is_well_completed) == (3, 75.0, True)
    assert (card.minimum, card.median, card.mean, card.maximum, card.std_dev) == (0.0, 50.0, 50.0, 100.0, 40.8)
    assert [(each.low, each.high) for each in card.bins if each.count == 1] == [(0, 10), (50, 60), (90, 100)]
    assert summary.cards[2].value == 50.0


def test_class_proficiency_of_46_7_is_not_challenging() -> None:
    # The reference product lists it: there most learners' label is Low. Ours is the numeric rule.
    unit_2 = {name: dict.fromkeys(UNITS["unit-2"], name == "Ada") for name in ("Ada", "Ben", "Cleo")}

    found = projection(ChallengingObjectivesProjection, Capability.CHALLENGING_OBJECTIVES, Classroom(unit_2))

    hard = found.objectives[1]
    assert (hard.proficiency_pct, hard.n, hard.coverage_pct, hard.is_challenging) == (46.7, 3, 75.0, False)


def test_sub_objective_stands_under_its_parent() -> None:
    wrong = (EvidenceCell(3, 0, 2),)

    found = objectives_of(
        ObjectiveRow("parent", "Parent", None, 1, 0, wrong), ObjectiveRow("child", "Child", "parent", 2, 1, wrong)
    )

    assert [(item.numbering, item.depth, item.proficiency_pct) for item in found.objectives] == [
        ("1", 0, 20.0),
        ("1.1", 1, 20.0),
    ]
    # Two learners are not enough evidence under our rule; the reference product labels the child Low.
    assert (found.state, found.count) == ("no_data", 0)


@pytest.mark.parametrize(("high", "bucket"), [(80, "struggling"), (100, "on_track")])
def test_inactivity(high: int, bucket: str) -> None:
    worked = Classroom(
        {"Ada": ALL_WRONG, "Ben": ALL_WRONG}, last={"Ada": NOW - timedelta(days=19), "Ben": NOW}, names=("Ada", "Ben")
    )

    found = {each.id: each for each in support_of(worked, SupportThresholds(progress_high=high)).buckets}[bucket]

    assert (found.count, found.active, found.inactive) == (2, 1, 1)


def test_container_scope() -> None:
    unit = Classroom(MIXED, unit="unit-1")

    progress = projection(ProgressProjection, Capability.PROGRESS, unit)
    summary = projection(SummaryProjection, Capability.SUMMARY, unit)

    assert (progress.axis, [bar.completed for bar in progress.bars]) == ("pages", [3, 3, 3])
    assert summary.cards[0].value == 75.0
    assert [card.visible for card in summary.cards] == [True, True, False]
    assert projection(AssessmentsProjection, Capability.ASSESSMENTS, unit).state == "not_applicable"


def test_roll_up_is_weighted_by_attempts() -> None:
    found = objectives_of(ObjectiveRow("parent", "Parent", None, 1, 0, (EvidenceCell(5, 4, 1),)))

    assert found.objectives[0].proficiency_pct == 84.0


def test_roll_up_with_own_evidence() -> None:
    found = objectives_of(ObjectiveRow("parent", "Parent", None, 1, 0, (EvidenceCell(4, 3, 1),)))

    assert found.objectives[0].proficiency_pct == 80.0


def test_91_percent_is_not_complete_at_100() -> None:
    ten_of_eleven = 10 / 11
    standing = Loaded(
        COURSE,
        contract.PROGRESS_PROFICIENCY,
        Standings(11, (LearnerStanding(1, ten_of_eleven, 0, 0),)),
        1,
        DataStamp(),
    )
    people = Loaded(COURSE, contract.LEARNER_INFO, LearnerInfo((LearnerRow(1, "a", "Ada", "", None),)), 1, DataStamp())

    found, _ = derive(
        Capability.STUDENT_SUPPORT,
        metadata(),
        {contract.PROGRESS_PROFICIENCY: standing, contract.LEARNER_INFO: people},
    )

    assert cast("StudentSupportProjection", found).buckets[-1].learners[0].progress_pct == 90.9


def test_everything_right_and_the_quiz_still_open_is_excelling() -> None:
    found = {bucket.id: bucket.count for bucket in support_of(Classroom({"Ada": ALL_RIGHT})).buckets}

    assert found["excelling"] == 1

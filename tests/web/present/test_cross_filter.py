"""Whom the view is about: found in the answers, or honestly not known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard_project.web.present.cross_filter import cross_filter
from dashboard_project.web.present.people import People, keys_for, people_of
from dashboard_project.web.urlstate import ViewState
from oracles.contract import (
    HAND_INS,
    LEARNER_INFO,
    LEARNER_PROGRESS,
    PROGRESS_PROFICIENCY,
    SCOPE_RESOURCES,
    Failed,
    FailureReason,
)
from oracles.payloads import BarStanding, HandIn, HandIns, LearnerProgress, PageHandIns, PageItem
from snapshot.contract import Capability, StudentSupportProjection
from snapshot.projections import derive
from tests.snapshot.classroom import ALL_RIGHT, ALL_WRONG, COURSE, NOW, Classroom, metadata
from tests.web.present.answers import resources

BEGUN = LearnerProgress((1, 2, 3), (BarStanding("unit-1", (1, 2), (100.0, 60.0)),))
HANDED_IN = HandIns((1, 2, 3), (PageHandIns("quiz", (HandIn(1, 80.0, awaits_grade=False, is_late=True),)),))
QUIZ = PageItem("quiz", "The quiz", "", 4, graded=True, due_at=NOW - timedelta(days=1))


def support() -> StudentSupportProjection:
    found, _ = derive(
        Capability.STUDENT_SUPPORT, metadata(), Classroom({"Ada": ALL_RIGHT, "Cleo": ALL_WRONG}).results()
    )
    assert isinstance(found, StudentSupportProjection)
    return found


def test_a_view_of_everybody_has_no_filter() -> None:
    assert cross_filter(ViewState()) is None


@pytest.mark.proves("UX-14")
def test_a_bucket_means_its_learners() -> None:
    found = cross_filter(ViewState(only="bucket:excelling"), People(support=support()))

    assert found is not None
    assert (found.state, found.ids, found.which) == ("ready", frozenset({1}), "excelling")


@pytest.mark.proves("UX-14")
def test_a_side_of_a_bar_means_its_learners_at_the_threshold_in_force() -> None:
    people = People(resources=resources(("unit-1",)), progress=BEGUN)

    at_all = cross_filter(ViewState(only="progress:unit-1:done"), people)
    at_half = cross_filter(ViewState(only="progress:unit-1:done", threshold=50), people)

    assert at_all is not None
    assert at_half is not None
    assert (at_all.title, at_all.ids, at_half.ids) == ("Unit-1", frozenset({1}), frozenset({1, 2}))


@pytest.mark.proves("UX-14")
@pytest.mark.parametrize(("which", "ids"), [("todo", {2, 3}), ("missing", {2, 3}), ("late", {1}), ("awaiting", set())])
def test_a_list_of_an_assessment_means_its_learners(which: str, ids: set[int]) -> None:
    people = People(resources=resources(pages=(QUIZ,)), hand_ins=HANDED_IN)

    found = cross_filter(ViewState(only=f"assessment:quiz:{which}"), people, NOW)

    assert found is not None
    assert (found.title, found.ids) == ("The quiz", frozenset(ids))


@pytest.mark.parametrize("only", ["progress:unit-9:todo", "assessment:nowhere:todo"])
def test_what_this_scope_does_not_have_is_not_known_and_leaves_everybody(only: str) -> None:
    found = cross_filter(ViewState(only=only), People(progress=BEGUN, hand_ins=HANDED_IN), NOW)

    assert found is not None
    assert (found.state, found.ids) == ("unknown", None)
    assert found.keeps(2)


@pytest.mark.parametrize(
    ("only", "key"),
    [
        ("bucket:struggling", PROGRESS_PROFICIENCY),
        ("progress:unit-1:todo", LEARNER_PROGRESS),
        ("assessment:quiz:late", HAND_INS),
    ],
)
def test_waiting_and_failing_are_told_apart(only: str, key: str) -> None:
    waiting = cross_filter(ViewState(only=only))
    failed = cross_filter(ViewState(only=only), People(failed=frozenset({key})))  # type: ignore[arg-type]

    assert waiting is not None
    assert failed is not None
    assert (waiting.state, failed.state) == ("loading", "failed")
    assert waiting.among(frozenset({1})) is None


def test_a_plain_view_asks_for_nothing_more() -> None:
    assert all(keys_for(capability, ViewState()) == frozenset() for capability in Capability)


def test_a_view_asks_for_what_it_shows_and_no_more() -> None:
    opened, chosen = ViewState(bar="unit-1"), ViewState(only="assessment:quiz:todo")

    assert keys_for(Capability.PROGRESS, opened) == {LEARNER_PROGRESS, LEARNER_INFO}
    assert keys_for(Capability.ASSESSMENTS, opened) == frozenset()
    assert keys_for(Capability.STUDENT_SUPPORT, chosen) == {HAND_INS, SCOPE_RESOURCES}
    assert keys_for(Capability.CHALLENGING_OBJECTIVES, chosen) == frozenset()


def test_what_failed_is_known_as_failed() -> None:
    people = people_of({HAND_INS: Failed(COURSE, HAND_INS, FailureReason.TIMEOUT)})

    assert people.is_failed(HAND_INS)
    assert not people.is_failed(LEARNER_PROGRESS)

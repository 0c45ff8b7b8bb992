"""The assessments tile: order, lists, and the part of a histogram that is the chosen learners."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given

from dashboard_project.web.present import assessments
from dashboard_project.web.present.look import look_of
from dashboard_project.web.present.people import People
from dashboard_project.web.urlstate import ViewState
from oracles.payloads import HandIns, PageHandIns, PageItem
from snapshot.contract import AssessmentCard, AssessmentsProjection, HistogramBin
from tests.snapshot.classroom import NOW
from tests.web.present.answers import handed_in, resources, roster

QUIZ = PageItem("quiz", "Quiz", "Unit 3", 9, graded=True, due_at=NOW - timedelta(days=1))


def card_of(answer: HandIns) -> AssessmentCard:
    """What the card says, counted by hand."""
    rows = answer.pages[0].hand_ins
    scores = [row.percent for row in rows if row.percent is not None]
    bins = [0] * 10
    for score in scores:
        bins[min(9, int(score // 10))] += 1
    return AssessmentCard(
        key="quiz",
        title="Quiz",
        context="Unit 3",
        available_from=None,
        due_at=QUIZ.due_at,
        class_size=len(answer.learners),
        completed=len(scores),
        completion_pct=None,
        is_well_completed=False,
        minimum=None,
        median=None,
        mean=None,
        maximum=None,
        std_dev=None,
        bins=tuple(HistogramBin(10 * n, 10 * n + 10, count) for n, count in enumerate(bins)),
        late=sum(row.is_late for row in rows),
        missing=len(answer.learners) - len(rows),
        awaiting_grade=sum(row.awaits_grade for row in rows),
    )


def body_of(answer: HandIns, view: ViewState) -> assessments.AssessmentsBody:
    projection = AssessmentsProjection("populated", len(answer.learners), (card_of(answer),))
    people = People(roster(answer.learners), resources(pages=(QUIZ,)), hand_ins=answer)
    return assessments.body(projection, view, look_of(view, people, NOW))


@pytest.mark.proves("ROW-T8")
@given(handed_in())
def test_every_list_is_as_long_as_its_button_says(answer: HandIns) -> None:
    (plain,) = body_of(answer, ViewState()).cards

    for button in plain.lists:
        (card,) = body_of(answer, ViewState(listed=f"quiz:{button.id}", listed_rows=10_000)).cards
        assert card.list is not None
        assert card.list.total == len(card.list.lines) == button.count
        assert card.list.rule == f"assessments.quiz.{button.id}"


@pytest.mark.proves("ROW-T8")
@given(handed_in())
def test_a_list_without_anybody_has_no_button(answer: HandIns) -> None:
    (card,) = body_of(answer, ViewState()).cards

    assert all(button.count for button in card.lists)


@pytest.mark.proves("ROW-T8", "UX-d")
@given(handed_in())
def test_who_awaits_a_grade_is_marked_among_those_without_a_score(answer: HandIns) -> None:
    (card,) = body_of(answer, ViewState(listed="quiz:todo", listed_rows=10_000)).cards
    assert card.list is not None

    marked = {line.learner_id for line in card.list.lines if line.mark == "awaiting"}

    assert marked == {row.learner_id for row in answer.pages[0].hand_ins if row.awaits_grade}


@pytest.mark.proves("UX-14", "UX-7")
@given(handed_in())
def test_the_chosen_are_a_part_of_every_column(answer: HandIns) -> None:
    (card,) = body_of(answer, ViewState(only="assessment:quiz:late")).cards

    late = [row.percent for row in answer.pages[0].hand_ins if row.is_late and row.percent is not None]
    assert card.among == len(late)
    assert sum(column.count for column in card.among_columns) == len(late)
    assert sum(row.among for row in card.bin_rows) == len(late)
    assert [row.count for row in card.bin_rows] == [item.count for item in card.card.bins]
    for part, whole in zip(card.among_columns, card.columns, strict=False):
        assert part.count <= whole.count
        assert part.height <= whole.height
        assert part.y >= whole.y


@pytest.mark.proves("ROW-T8")
def test_the_most_recent_come_first_when_asked_and_the_undated_last() -> None:
    nobody = card_of(HandIns((1,), (PageHandIns("quiz", ()),)))
    days = {"a": NOW - timedelta(days=3), "b": NOW + timedelta(days=2), "c": None}
    cards = tuple(msgspec.structs.replace(nobody, key=key, due_at=due) for key, due in days.items())
    projection = AssessmentsProjection("populated", 1, cards)

    by_due = [view.card.key for view in assessments.body(projection, ViewState()).cards]
    recent = [view.card.key for view in assessments.body(projection, ViewState(order="recent")).cards]

    assert by_due == ["a", "b", "c"]
    assert recent == ["b", "a", "c"]

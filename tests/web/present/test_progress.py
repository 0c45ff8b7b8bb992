"""The progress tile: seven bars at a time, and the learners behind one of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard_project.web.present import progress
from dashboard_project.web.present.look import look_of
from dashboard_project.web.present.people import People
from dashboard_project.web.urlstate import ViewState
from oracles.contract import LEARNER_PROGRESS
from snapshot.contract import Bar, ProgressProjection, ScheduleMarker
from tests.snapshot.classroom import NOW
from tests.web.present.answers import THRESHOLDS, Progressed, progressed, resources, roster


def known(made: Progressed) -> People:
    return People(roster(made.learners), resources(tuple(made.shares)), made.answer)


def body_of(made: Progressed, view: ViewState, people: People | None = None) -> progress.ProgressBody:
    about = known(made) if people is None else people
    return progress.body(made.chart(view.threshold), view, look_of(view, about, NOW))


def bars(count: int, scheduled: int | None = None) -> ProgressProjection:
    made = tuple(Bar(f"unit-{n}", f"Unit {n}", "unit", 1, 50.0, 50.0, 2) for n in range(1, count + 1))
    marker = ScheduleMarker(f"unit-{scheduled}", f"Unit {scheduled}") if scheduled else None
    return ProgressProjection("units", 2, 100, made, marker)


@pytest.mark.proves("ROW-T4")
@given(progressed(), THRESHOLDS, st.sampled_from(("todo", "done")))
def test_the_list_is_as_long_as_its_button_says_and_the_bar_counts(made: Progressed, threshold: int, side: str) -> None:
    for bar in made.chart(threshold).bars:
        behind = body_of(made, ViewState(threshold=threshold, bar=bar.key, side=side, bar_rows=10_000)).behind

        assert behind is not None
        counts = {each.id: each.count for each in behind.sides}
        assert counts == {"todo": len(made.learners) - bar.completed, "done": bar.completed}
        assert behind.list.total == behind.list.matching == len(behind.list.lines) == counts[side]


@pytest.mark.proves("ROW-T4")
@given(progressed())
def test_asking_for_more_shows_everybody_once(made: Progressed) -> None:
    seen: list[int] = []
    rows = 20
    while rows:
        behind = body_of(made, ViewState(bar="unit-1", bar_rows=rows)).behind
        assert behind is not None
        assert [line.learner_id for line in behind.list.lines][: len(seen)] == seen
        seen = [line.learner_id for line in behind.list.lines]
        rows = behind.list.more

    assert sorted(seen) == sorted(set(made.learners) - made.done("unit-1", 100))


@given(progressed())
def test_who_is_not_there_yet_begins_with_who_did_least(made: Progressed) -> None:
    behind = body_of(made, ViewState(bar="unit-1", bar_rows=10_000)).behind
    assert behind is not None

    order = [(line.percent or 0.0, line.name) for line in behind.list.lines]

    assert order == sorted(order)


@pytest.mark.proves("UX-14")
@given(progressed(), THRESHOLDS, st.data())
def test_of_the_chosen_as_many_have_finished_as_are_in_both_sets(
    made: Progressed, threshold: int, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(made.shares)))
    view = ViewState(threshold=threshold, only=f"progress:{key}:done")

    body = body_of(made, view)

    chosen = made.done(key, threshold)
    assert body.chosen is not None
    assert body.chosen.size == len(chosen)
    for bar in body.every_bar:
        assert bar.among == len(chosen & made.done(bar.bar.key, threshold))
        assert bar.among_width <= bar.width
        assert bar.bar.completed == len(made.done(bar.bar.key, threshold))


@pytest.mark.proves("UX-14")
@given(progressed())
def test_a_list_under_a_filter_shows_only_the_chosen_and_says_of_how_many(made: Progressed) -> None:
    view = ViewState(bar="unit-1", bar_rows=10_000, only="progress:unit-1:done")

    behind = body_of(made, view).behind

    assert behind is not None
    assert (behind.list.matching, behind.list.total) == (0, len(made.learners) - len(made.done("unit-1", 100)))
    assert not behind.list.is_chosen


def test_until_the_answer_is_there_the_list_is_looked_up_and_when_it_failed_that_is_said() -> None:
    made = Progressed({"unit-1": {1: 100.0}}, (1,))
    view = ViewState(bar="unit-1")

    waiting = body_of(made, view, People(roster((1,)))).behind
    failed = body_of(made, view, People(roster((1,)), failed=frozenset({LEARNER_PROGRESS}))).behind

    assert waiting is not None
    assert failed is not None
    assert (waiting.list.state, failed.list.state) == ("loading", "failed")


def test_a_bar_of_another_scope_opens_nothing() -> None:
    made = Progressed({"unit-1": {1: 100.0}}, (1,))

    assert body_of(made, ViewState(bar="quiz")).behind is None


def test_somebody_who_came_meanwhile_is_in_the_list_by_number() -> None:
    made = Progressed({"unit-1": {}}, (1, 2))

    behind = body_of(made, ViewState(bar="unit-1"), People(roster((1,)), progress=made.answer)).behind

    assert behind is not None
    assert [line.name for line in behind.list.lines] == ["#2", "Learner 01"]


@pytest.mark.proves("ROW-T3")
@given(st.integers(0, 40), st.integers(1, 9_999))
def test_every_bar_is_on_just_one_page_of_seven(count: int, page: int) -> None:
    body = progress.body(bars(count), ViewState(page=page))

    every = [
        view.bar.key for n in range(1, body.pages + 1) for view in progress.body(bars(count), ViewState(page=n)).bars
    ]
    assert every == [bar.key for bar in bars(count).bars]
    assert 1 <= body.page <= body.pages
    assert len(body.bars) <= 7


@pytest.mark.proves("ROW-T3")
@pytest.mark.parametrize(("page", "leads_to"), [(1, 2), (2, 0)])
def test_the_scheduled_bar_is_marked_and_found_from_another_page(page: int, leads_to: int) -> None:
    body = progress.body(bars(9, scheduled=8), ViewState(page=page))

    assert [view.bar.key for view in body.every_bar if view.is_scheduled] == ["unit-8"]
    assert body.schedule_page == leads_to

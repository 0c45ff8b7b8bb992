"""What decisions would change: recomputed by hand, and as laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from experiences.calculators.decision_impact import Change, DecisionImpactCalculator, Impact, LearnerWork, Task
from experiences.calculators.pace_runway import RunwayStatus

NOW = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
IMPACTS = DecisionImpactCalculator()


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


def learner(number: int = 1, *, done: float = 7, tasks: tuple[Task, ...] = (Task(1, 3, day(4)),)) -> LearnerWork:
    """Half a point a day, unless said otherwise: seven in fourteen days."""
    return LearnerWork(number, tasks, done, 14, 7)


def extends(*learners: int, to: float, page: int = 1, contacts: bool = False) -> Change:
    return Change(frozenset(learners), contacts, {page: day(to)})


@pytest.mark.proves("K-03")
def test_an_extension_adds_its_days_to_the_slack() -> None:
    impact = IMPACTS.impact([learner()], [extends(1, to=9)], NOW)

    # 3 points at half a point a day are 6 days: 4 − 6 before, 9 − 6 after.
    assert (impact.median_slack_before, impact.median_slack_after) == (-2, 3)
    assert (impact.slack_days, impact.at_risk) == (5, -1)


@pytest.mark.proves("K-03")
def test_practice_costs_the_days_that_it_takes() -> None:
    practice = Change(frozenset({1}), adds=(Task(2, 1, day(4)),))

    assert IMPACTS.impact([learner()], [practice], NOW).slack_days == -2


@pytest.mark.proves("K-03")
def test_a_message_reaches_people_and_promises_no_slack() -> None:
    impact = IMPACTS.impact([learner(1), learner(2)], [Change(frozenset({1, 2}), contacts=True)], NOW)

    assert (impact.reached, impact.mails, impact.slack_days) == (2, 2, 0)


def test_the_tightest_deadline_counts_with_all_work_that_is_due_by_then() -> None:
    work = learner(tasks=(Task(1, 1, day(10)), Task(2, 2, day(3)), Task(3, 9, None)))

    # By day 3: 2 points, 4 days, slack −1; by day 10: 3 points, 6 days, slack 4. What has no date is never late.
    assert IMPACTS.tightest(work, NOW).slack_days == -1


def test_without_a_pace_there_is_no_slack_and_no_effect_on_it() -> None:
    idle = learner(done=0)

    impact = IMPACTS.impact([idle], [extends(1, to=9)], NOW)

    assert IMPACTS.tightest(idle, NOW).status is RunwayStatus.INSUFFICIENT_DATA
    assert (impact.median_slack_before, impact.median_slack_after, impact.slack_days) == (None, None, 0)


def test_an_extension_of_what_is_overdue_makes_it_due_again() -> None:
    late = learner(tasks=(Task(1, 1, day(-2)),))

    assert IMPACTS.impact([late], [extends(1, to=5)], NOW).overdue == -1


@pytest.mark.proves("K-04")
def test_two_decisions_about_the_same_learners_are_not_their_sum() -> None:
    works = [learner(one) for one in (1, 2, 3)]
    first, second = extends(1, 2, to=9, contacts=True), extends(2, 3, to=11, contacts=True)

    alone = [IMPACTS.impact(works, [each], NOW) for each in (first, second)]
    together = IMPACTS.impact(works, [first, second], NOW)

    assert [impact.slack_days for impact in alone] == [10, 14]
    assert together.slack_days == 5 + 7 + 7  # the second learner has the later date, not both
    assert (together.learners, together.reached, together.mails) == (3, 3, 4)


@pytest.mark.proves("K-14")
def test_what_if_depends_on_what_is_staged_besides() -> None:
    works = [learner()]
    later = extends(1, to=9)

    alone = IMPACTS.impact(works, [later], NOW)
    besides = IMPACTS.impact(works, [later], NOW, others=[extends(1, to=8)])

    assert (alone.slack_days, besides.slack_days) == (5, 1)


POINTS = some.integers(0, 80).map(lambda quarters: quarters / 4)
TASKS = some.lists(some.builds(Task, some.integers(1, 5), POINTS, some.none() | some.integers(-9, 30).map(day)),
                   max_size=5, unique_by=lambda task: task.page_id)  # fmt: skip
WORKS = some.lists(
    some.builds(LearnerWork, some.integers(1, 6), TASKS.map(tuple), POINTS, some.integers(0, 14), some.integers(0, 14)),
    max_size=6,
    unique_by=lambda work: work.learner_id,
)
CHANGES = some.lists(
    some.builds(
        Change,
        some.frozensets(some.integers(1, 6)),
        some.booleans(),
        some.dictionaries(some.integers(1, 5), some.integers(-9, 40).map(day), max_size=3),
        TASKS.map(tuple),
    ),
    max_size=4,
)


@pytest.mark.proves("K-03", "O-13")
@given(works=WORKS, changes=CHANGES)
def test_an_impact_is_the_difference_of_two_evaluations(works: list[LearnerWork], changes: list[Change]) -> None:
    before, after = IMPACTS.evaluate(works, [], NOW), IMPACTS.evaluate(works, changes, NOW)

    impact = IMPACTS.impact(works, changes, NOW)

    assert impact.at_risk == after.at_risk - before.at_risk
    assert impact.overdue == after.overdue - before.overdue
    assert impact == IMPACTS.impact(works, changes, NOW)


@given(works=WORKS)
def test_no_decision_changes_nothing(works: list[LearnerWork]) -> None:
    impact = IMPACTS.impact(works, [], NOW)

    assert impact == Impact(0, 0, 0, 0, 0, 0, impact.median_slack_before, impact.median_slack_before)


@pytest.mark.proves("K-04")
@given(works=WORKS, changes=CHANGES)
def test_the_order_of_decisions_and_a_decision_repeated_change_nothing_but_mails(
    works: list[LearnerWork], changes: list[Change]
) -> None:
    once, twice = (IMPACTS.evaluate(works, each, NOW) for each in (changes, [*changes, *changes]))

    assert (once.slacks, once.at_risk, once.overdue, once.reached) == (
        twice.slacks, twice.at_risk, twice.overdue, twice.reached,
    )  # fmt: skip


@pytest.mark.proves("K-14")
@given(works=WORKS, page=some.integers(1, 5), to=some.integers(-9, 40))
def test_an_extension_never_costs_slack(works: list[LearnerWork], page: int, to: int) -> None:
    everybody = Change(frozenset(range(1, 7)), extends={page: day(to)})
    known = [work for work in works if any(task.page_id == page for task in work.tasks)]

    before, after = IMPACTS.evaluate(known, [], NOW), IMPACTS.evaluate(known, [everybody], NOW)

    for one in before.slacks.keys() & after.slacks.keys():
        had = next(task for work in known if work.learner_id == one for task in work.tasks if task.page_id == page)
        if had.due_at is not None:  # without a due date it gets its first one
            assert after.slacks[one] >= before.slacks[one] - 1e-9
